package org.copilotframework.core.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.core.agent.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An endpoint with the scopes that it was found with. One that has none for a method does not serve that: what nobody has to be granted
 * is not done, whatever a face makes of it.
 *
 * @param path where it is
 * @param endpoint answers
 * @param scopes what each method takes that is served
 */
record ServedEndpoint(String path, ManagementEndpoint endpoint, Map<String, String> scopes)
        implements ManagementEndpoint {
    private static final Logger log = LoggerFactory.getLogger(ServedEndpoint.class);
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Pattern SCOPE = Pattern.compile("[A-Za-z0-9_.-]{1,64}(:[A-Za-z0-9_.-]{1,64}){0,7}");

    /**
     * Asks an endpoint for its scopes.
     *
     * @throws InvalidRequestException if one has another form
     */
    static ServedEndpoint of(String path, ManagementEndpoint endpoint) {
        Map<String, String> scopes = new HashMap<>();
        for (String method : METHODS) {
            String scope = asked(path, endpoint, method);
            if (scope == null || scope.isEmpty()) {
                continue;
            } else if (!SCOPE.matcher(scope).matches()) {
                throw new InvalidRequestException(
                        "the endpoint for operators '" + path + "' wants a scope for " + method
                                + " that nobody can be granted by its name: letters, digits, '.', '_' and '-' are expected, in parts"
                                + " with ':' between them");
            }
            scopes.put(method, scope);
        }
        return new ServedEndpoint(path, endpoint, Map.copyOf(scopes));
    }

    private static @Nullable String asked(String path, ManagementEndpoint endpoint, String method) {
        try {
            return endpoint.scope(method);
        } catch (RuntimeException | LinkageError fault) {
            log.warn(
                    "The endpoint for operators '{}' does not serve {}, since it cannot say what that takes: {}",
                    path,
                    method,
                    Faults.inWords(fault));
            return null;
        }
    }

    @Override
    public @Nullable String scope(String method) {
        return scopes.get(plain(method));
    }

    /** Whoever is asked for the head of an answer makes the answer. */
    private static String plain(String method) {
        return method.equals("HEAD") ? "GET" : method;
    }

    @Override
    public ManagementResponse handle(ManagementRequest request) throws Exception {
        String method = plain(request.method());
        if (!scopes.containsKey(method)) {
            throw new NotFoundException("the endpoint for operators '" + path + "' does not serve " + method);
        }
        return endpoint.handle(
                method.equals(request.method())
                        ? request
                        : new ManagementRequest(
                                request.caller(),
                                method,
                                request.rest(),
                                request.query(),
                                request.accept(),
                                request.body()));
    }
}
