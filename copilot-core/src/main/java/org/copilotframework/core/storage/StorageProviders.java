package org.copilotframework.core.storage;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.core.provider.FoundProvider;
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
        return find(url, loader, plugins, (provider, parsed) -> {
            ProviderContext context = contexts.apply(provider.description().name());
            return provider.call(one -> one.open(parsed, context), "open the store");
        });
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
        return find(
                url,
                loader,
                plugins,
                (provider, parsed) -> provider.call(one -> one.schema(parsed), "show its schema"));
    }

    private static <T> T find(
            String url,
            ClassLoader loader,
            ProviderPlugins plugins,
            BiFunction<FoundProvider<StorageProvider, Description>, StorageUrl, T> wanted) {
        Map<String, FoundProvider<StorageProvider, Description>> providers = byScheme(loader, plugins);
        StorageUrl parsed;
        try {
            parsed = StorageUrl.parse(url);
        } catch (InvalidRequestException wrong) {
            throw new InvalidRequestException(SETTING + ": " + wrong.getMessage()
                    + ", such as memory:local; known schemes: " + String.join(", ", providers.keySet()));
        }
        FoundProvider<StorageProvider, Description> provider = providers.get(parsed.scheme());
        if (provider == null) {
            throw new InvalidRequestException(SETTING
                    + ": no storage provider on the class path or in the folder of plugins opens '" + parsed.scheme()
                    + "'; known schemes: " + String.join(", ", providers.keySet()) + failures(plugins));
        }
        return wanted.apply(provider, parsed);
    }

    private static String failures(ProviderPlugins plugins) {
        List<String> failures = plugins.failures();
        return failures.isEmpty() ? "" : ". Not loaded: " + String.join("; ", failures);
    }

    /** What a provider says of itself. */
    private record Description(String name, Set<String> schemes) {
        Description {
            Objects.requireNonNull(name, "name");
            schemes = Set.copyOf(schemes);
        }
    }

    private static Map<String, FoundProvider<StorageProvider, Description>> byScheme(
            ClassLoader loader, ProviderPlugins plugins) {
        Map<String, FoundProvider<StorageProvider, Description>> byName = new TreeMap<>();
        Map<String, FoundProvider<StorageProvider, Description>> byScheme = new TreeMap<>();
        for (FoundProvider<StorageProvider, Description> one : FoundProvider.all(
                StorageProvider.class,
                "a storage provider",
                loader,
                plugins,
                all -> new Description(all.name(), all.schemes()))) {
            String name = one.description().name();
            refuseTwo("are named", name, byName.putIfAbsent(name, one), one);
            for (String scheme : one.description().schemes()) {
                refuseTwo("open", scheme, byScheme.putIfAbsent(scheme, one), one);
            }
        }
        return byScheme;
    }

    private static void refuseTwo(
            String verb, String what, @Nullable FoundProvider<?, ?> first, FoundProvider<?, ?> second) {
        if (first != null) {
            throw new InvalidRequestException("two storage providers " + verb + " '" + what + "': " + first.place()
                    + " and " + second.place() + "; take one of them away");
        }
    }
}
