package org.copilotframework.core.provider;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.agent.Faults;

/**
 * A provider, wherever it comes from: the class path of the application, or a plugin.
 *
 * @param <S> the interface that it implements
 * @param <D> what it says of itself
 */
public final class FoundProvider<S, D> {
    /** Calls it, in the way that its place asks for. */
    private interface Way<S> {
        <T> T call(Function<S, T> work, String what);
    }

    private final D description;
    private final String place;
    private final Way<S> way;

    private FoundProvider(D description, String place, Way<S> way) {
        this.description = description;
        this.place = place;
        this.way = way;
    }

    /**
     * Finds all providers of one kind.
     *
     * @param spi the interface that they implement
     * @param kind what one is, for messages, such as {@code a storage provider}
     * @param loader where to look for them
     * @param plugins where else to look
     * @param described asks one what it is
     * @param <S> the interface
     * @param <D> what it says
     * @return the providers; those of the class path first
     * @throws IllegalStateException if one on the class path cannot be made
     */
    public static <S, D> List<FoundProvider<S, D>> all(
            Class<S> spi, String kind, ClassLoader loader, ProviderPlugins plugins, Function<S, D> described) {
        List<FoundProvider<S, D>> found = new ArrayList<>();
        try {
            for (S one : ServiceLoader.load(spi, loader)) {
                found.add(new FoundProvider<>(described.apply(one), onClassPath(one), direct(one)));
            }
        } catch (ServiceConfigurationError broken) {
            throw new IllegalStateException(kind + " on the class path cannot be used: " + broken.getMessage(), broken);
        }
        for (Provided<S, D> one : plugins.of(spi, described)) {
            found.add(new FoundProvider<>(one.description(), one.toString(), within(one)));
        }
        return found;
    }

    /**
     * Finds all providers of one kind that are chosen by name.
     *
     * @param spi the interface that they implement
     * @param kind what one is, for messages, such as {@code a provider of files}
     * @param kinds what several are, for messages
     * @param loader where to look for them
     * @param plugins where else to look
     * @param named asks one for its name
     * @param <S> the interface
     * @return the providers by their names
     * @throws InvalidRequestException if two have one name; names both
     * @throws IllegalStateException if one on the class path cannot be made
     */
    public static <S> Map<String, FoundProvider<S, String>> byName(
            Class<S> spi,
            String kind,
            String kinds,
            ClassLoader loader,
            ProviderPlugins plugins,
            Function<S, String> named) {
        Map<String, FoundProvider<S, String>> byName = new TreeMap<>();
        for (FoundProvider<S, String> one : all(spi, kind, loader, plugins, named)) {
            FoundProvider<S, String> first = byName.putIfAbsent(one.description(), one);
            if (first != null) {
                throw new InvalidRequestException("two " + kinds + " are named '" + one.description() + "': "
                        + first.place() + " and " + one.place() + "; take one of them away");
            }
        }
        return byName;
    }

    private static <S> Way<S> direct(S provider) {
        return new Way<>() {
            @Override
            public <T> T call(Function<S, T> work, String what) {
                return work.apply(provider);
            }
        };
    }

    /** What a plugin's provider throws does not cross the border as it is. */
    private static <S> Way<S> within(Provided<S, ?> provided) {
        return new Way<>() {
            @Override
            public <T> T call(Function<S, T> work, String what) {
                try {
                    return provided.call(work);
                } catch (CopilotException refused) {
                    throw refused;
                } catch (RuntimeException | LinkageError broken) {
                    throw new IllegalStateException(provided + " cannot " + what + ": " + Faults.inWords(broken));
                }
            }
        };
    }

    private static String onClassPath(Object provider) {
        Class<?> type = provider.getClass();
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        String file = location == null ? "" : location.getPath().replaceAll("/+$", "");
        return type.getName() + " (on the class path"
                + (file.isEmpty() ? "" : ", " + file.substring(file.lastIndexOf('/') + 1)) + ")";
    }

    /**
     * What it said of itself.
     *
     * @return the description
     */
    public D description() {
        return description;
    }

    /**
     * Its class and where it came from, for a person.
     *
     * @return such as {@code org.example.TapeProvider (on the class path, tape.jar)}
     */
    public String place() {
        return place;
    }

    /**
     * Calls it.
     *
     * @param work the call
     * @param what what it is, for messages, such as {@code open the store}
     * @param <T> what it gives
     * @return what it gave
     * @throws IllegalStateException if a plugin's provider is broken
     */
    public <T> T call(Function<S, T> work, String what) {
        return way.call(work, what);
    }
}
