package org.copilotframework.core.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.provider.FoundProvider;
import org.copilotframework.core.provider.ProviderPlugins;
import org.jspecify.annotations.Nullable;

/** Finds endpoints for operators: the application's own, those of the class path, and those that plugins bring. */
public final class Endpoints {
    private static final Pattern PATH = Pattern.compile("[a-z0-9-]{1,64}");

    private Endpoints() {}

    /**
     * Finds all there are.
     *
     * @param given those of the application, which win their paths
     * @param loader where to look for others
     * @param plugins where else to look
     * @return the endpoints, in the order of their paths
     * @throws InvalidRequestException if two have one path, or a path has another form
     */
    public static List<ManagementEndpoint> find(
            List<ManagementEndpoint> given, ClassLoader loader, ProviderPlugins plugins) {
        Map<String, ManagementEndpoint> all = new TreeMap<>();
        FoundProvider.byName(
                        ManagementEndpoint.class,
                        "an endpoint for operators",
                        "endpoints for operators",
                        loader,
                        plugins,
                        ManagementEndpoint::path)
                .forEach((path, one) -> all.put(checked(path, one.place()), new Found(path, one)));
        Map<String, ManagementEndpoint> own = new TreeMap<>();
        for (ManagementEndpoint one : given) {
            String path = checked(one.path(), one.getClass().getName());
            ManagementEndpoint first = own.putIfAbsent(path, one);
            if (first != null) {
                throw new InvalidRequestException("two endpoints for operators of this application are named '" + path
                        + "': " + first.getClass().getName() + " and "
                        + one.getClass().getName());
            }
        }
        all.putAll(own);
        List<ManagementEndpoint> served = new ArrayList<>();
        all.forEach((path, one) -> served.add(ServedEndpoint.of(path, one)));
        return List.copyOf(served);
    }

    private static String checked(String path, String place) {
        if (!PATH.matcher(path).matches()) {
            throw new InvalidRequestException(
                    "the path of an endpoint for operators is of lower-case letters, digits and" + " dashes; that of "
                            + place + " is not");
        }
        return path;
    }

    /** One that is called in the way that its place asks for. */
    private record Found(String path, FoundProvider<ManagementEndpoint, String> provider)
            implements ManagementEndpoint {
        @Override
        public String scope(String method) {
            return provider.call(one -> said(one.scope(method)), "say what it takes");
        }

        private static String said(@Nullable String scope) {
            return scope == null ? "" : scope;
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            return provider.call(one -> answer(one, request), "answer");
        }

        private static ManagementResponse answer(ManagementEndpoint one, ManagementRequest request) {
            try {
                return one.handle(request);
            } catch (CopilotException refused) {
                throw refused;
            } catch (Exception fault) {
                throw new IllegalStateException(Faults.inWords(fault));
            }
        }
    }
}
