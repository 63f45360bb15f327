package org.copilotframework.core.storage;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
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
        return provider.opener().open(parsed, contexts.apply(provider.name()));
    }

    private static String failures(ProviderPlugins plugins) {
        List<String> failures = plugins.failures();
        return failures.isEmpty() ? "" : ". Not loaded: " + String.join("; ", failures);
    }

    /** Opens a store. */
    private interface Opener {
        Storage open(StorageUrl url, ProviderContext context);
    }

    /** A provider, wherever it comes from. */
    private record Found(String name, Set<String> schemes, String place, Opener opener) {}

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
                found.add(new Found(one.name(), one.schemes(), place(one), one::open));
            }
        } catch (ServiceConfigurationError broken) {
            throw new IllegalStateException(
                    "a storage provider on the class path cannot be used: " + broken.getMessage(), broken);
        }
        for (Provided<StorageProvider, Description> one :
                plugins.of(StorageProvider.class, all -> new Description(all.name(), all.schemes()))) {
            Description said = one.description();
            found.add(new Found(
                    said.name(), said.schemes(), one.toString(), (url, context) -> opened(one, url, context)));
        }
        return found;
    }

    private static Storage opened(
            Provided<StorageProvider, Description> provided, StorageUrl url, ProviderContext context) {
        try {
            return provided.call(provider -> provider.open(url, context));
        } catch (CopilotException refused) {
            throw refused;
        } catch (RuntimeException | LinkageError broken) {
            throw new IllegalStateException(provided + " cannot open the store: " + Faults.inWords(broken));
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
