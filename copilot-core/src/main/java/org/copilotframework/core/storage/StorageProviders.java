package org.copilotframework.core.storage;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.provider.Provided;
import org.copilotframework.core.provider.ProviderPlugins;
import org.jspecify.annotations.Nullable;

/** Finds the store for a URL among the providers on a class path and those that plugins bring. */
public final class StorageProviders {
    private static final String SETTING = "copilot.storage.url (in the environment DATABASE_URL)";

    private StorageProviders() {}

    /**
     * Opens the store that a URL names. Of the URL only the scheme is ever shown, for the rest may hold a password.
     *
     * @param url which store
     * @param loader where to look for providers
     * @param plugins where else to look
     * @param contexts what a provider of a name is given
     * @return the store; the caller closes it, and the plugins after it
     * @throws InvalidRequestException if no provider knows the scheme, two providers have one scheme or name, or the provider
     *     refuses the URL
     * @throws IllegalStateException if a provider on the class path cannot be made, or the provider is broken
     */
    public static Storage open(
            String url, ClassLoader loader, ProviderPlugins plugins, Function<String, ProviderContext> contexts) {
        return find(url, loader, plugins, (provider, parsed) -> provider.open(parsed, contexts.apply(provider.name())));
    }

    /**
     * Shows what a migration of the store that a URL names would make; nothing is opened.
     *
     * @param url which store
     * @param loader where to look for providers
     * @param plugins where else to look
     * @return the provider's text, or empty if it has none
     * @throws InvalidRequestException as {@link #open}
     * @throws IllegalStateException as {@link #open}
     */
    public static Optional<String> schema(String url, ClassLoader loader, ProviderPlugins plugins) {
        return find(url, loader, plugins, StorageProvider::schema);
    }

    private static <T> T find(
            String url,
            ClassLoader loader,
            ProviderPlugins plugins,
            BiFunction<StorageProvider, StorageUrl, T> wanted) {
        Map<String, Found> providers = byScheme(found(loader, plugins));
        StorageUrl parsed;
        try {
            parsed = StorageUrl.parse(url);
        } catch (InvalidRequestException wrong) {
            throw new InvalidRequestException(SETTING + ": " + wrong.getMessage()
                    + ", such as memory:local; known schemes: " + String.join(", ", providers.keySet()));
        }
        Found provider = providers.get(parsed.scheme());
        if (provider == null) {
            throw new InvalidRequestException(SETTING
                    + ": no storage provider on the class path or in the folder of plugins opens '" + parsed.scheme()
                    + "'; known schemes: " + String.join(", ", providers.keySet()) + failures(plugins));
        }
        return wanted.apply(provider.provider(), parsed);
    }

    private static String failures(ProviderPlugins plugins) {
        List<String> failures = plugins.failures();
        return failures.isEmpty() ? "" : ". Not loaded: " + String.join("; ", failures);
    }

    /** A provider, wherever it comes from. */
    private record Found(String name, Set<String> schemes, String place, StorageProvider provider) {}

    /** What a provider says of itself. */
    private record Description(String name, Set<String> schemes) {
        Description {
            Objects.requireNonNull(name, "name");
            schemes = Set.copyOf(schemes);
        }
    }

    private static List<Found> found(ClassLoader loader, ProviderPlugins plugins) {
        List<Found> found = new ArrayList<>();
        try {
            for (StorageProvider one : ServiceLoader.load(StorageProvider.class, loader)) {
                found.add(new Found(one.name(), one.schemes(), place(one), one));
            }
        } catch (ServiceConfigurationError broken) {
            throw new IllegalStateException(
                    "a storage provider on the class path cannot be used: " + broken.getMessage(), broken);
        }
        for (Provided<StorageProvider, Description> one :
                plugins.of(StorageProvider.class, all -> new Description(all.name(), all.schemes()))) {
            Description said = one.description();
            found.add(new Found(
                    said.name(), said.schemes(), one.toString(), new FromPlugin(one, said.name(), said.schemes())));
        }
        return found;
    }

    /** A provider behind the border of its plugin. */
    private record FromPlugin(Provided<StorageProvider, Description> provided, String name, Set<String> schemes)
            implements StorageProvider {
        @Override
        public Storage open(StorageUrl url, ProviderContext context) {
            return call(provider -> provider.open(url, context), "open the store");
        }

        @Override
        public Optional<String> schema(StorageUrl url) {
            return call(provider -> provider.schema(url), "show its schema");
        }

        private <T> T call(Function<StorageProvider, T> work, String what) {
            try {
                return provided.call(work);
            } catch (CopilotException refused) {
                throw refused;
            } catch (RuntimeException | LinkageError broken) {
                throw new IllegalStateException(provided + " cannot " + what + ": " + Faults.inWords(broken));
            }
        }
    }

    private static Map<String, Found> byScheme(List<Found> all) {
        Map<String, Found> byName = new TreeMap<>();
        Map<String, Found> byScheme = new TreeMap<>();
        for (Found one : all) {
            refuseTwo("are named", one.name(), byName.putIfAbsent(one.name(), one), one);
            for (String scheme : one.schemes()) {
                refuseTwo("open", scheme, byScheme.putIfAbsent(scheme, one), one);
            }
        }
        return byScheme;
    }

    private static void refuseTwo(String verb, String what, @Nullable Found first, Found second) {
        if (first != null) {
            throw new InvalidRequestException("two storage providers " + verb + " '" + what + "': " + first.place()
                    + " and " + second.place() + "; take one of them away");
        }
    }

    private static String place(StorageProvider provider) {
        Class<?> type = provider.getClass();
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        String file = location == null ? "" : location.getPath().replaceAll("/+$", "");
        return type.getName() + " (on the class path"
                + (file.isEmpty() ? "" : ", " + file.substring(file.lastIndexOf('/') + 1)) + ")";
    }
}
