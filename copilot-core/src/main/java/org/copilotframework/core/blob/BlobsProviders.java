package org.copilotframework.core.blob;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.core.provider.FoundProvider;
import org.copilotframework.core.provider.ProviderPlugins;

/** Finds the store of files of a name: core's own, among the providers on a class path, or among those that plugins bring. */
public final class BlobsProviders {
    private static final String LOCAL = "local";
    private static final String SETTING = "copilot.blobs.provider (in the environment STORAGE_PROVIDER)";

    private BlobsProviders() {}

    /**
     * Opens the store that a name chooses. The others are not looked for if it is {@code local}.
     *
     * @param name which provider
     * @param bucket which bucket of it; of {@code local} a folder, whose relative path begins at the working directory
     * @param loader where to look for providers
     * @param plugins where else to look
     * @param contexts what a provider of a name is given
     * @return the store; the caller closes it, and the plugins after it
     * @throws InvalidRequestException if there is no provider of the name, or two, or it refuses the bucket
     * @throws IllegalStateException if a provider on the class path cannot be made, or the provider is broken
     */
    public static Blobs open(
            String name,
            Optional<String> bucket,
            ClassLoader loader,
            ProviderPlugins plugins,
            Function<String, ProviderContext> contexts) {
        ProviderContext context = contexts.apply(name);
        if (name.equals(LOCAL)) {
            return new LocalBlobs(
                    bucket.map(Path::of).orElseGet(() -> context.home().resolve("blobs")));
        }
        return found(name, byName(loader, plugins), plugins).call(one -> one.open(bucket, context), "open the store");
    }

    /**
     * Demands that there is a provider of a name, and opens nothing.
     *
     * @param name which provider
     * @param loader where to look for providers
     * @param plugins where else to look
     * @throws InvalidRequestException if there is no provider of the name, or two
     */
    public static void demand(String name, ClassLoader loader, ProviderPlugins plugins) {
        if (!name.equals(LOCAL)) {
            found(name, byName(loader, plugins), plugins);
        }
    }

    private static FoundProvider<BlobsProvider, String> found(
            String name, Map<String, FoundProvider<BlobsProvider, String>> providers, ProviderPlugins plugins) {
        FoundProvider<BlobsProvider, String> provider = providers.get(name);
        if (provider == null) {
            throw new InvalidRequestException(SETTING + ": no provider of files on the class path or in the folder of"
                    + " plugins is named '" + name + "'; known names: " + LOCAL
                    + (providers.isEmpty() ? "" : ", " + String.join(", ", providers.keySet()))
                    + (plugins.failures().isEmpty() ? "" : ". Not loaded: " + String.join("; ", plugins.failures())));
        }
        return provider;
    }

    private static Map<String, FoundProvider<BlobsProvider, String>> byName(
            ClassLoader loader, ProviderPlugins plugins) {
        Map<String, FoundProvider<BlobsProvider, String>> byName = new TreeMap<>();
        for (FoundProvider<BlobsProvider, String> one :
                FoundProvider.all(BlobsProvider.class, "a provider of files", loader, plugins, BlobsProvider::name)) {
            FoundProvider<BlobsProvider, String> first = byName.putIfAbsent(one.description(), one);
            if (first != null) {
                throw new InvalidRequestException("two providers of files are named '" + one.description() + "': "
                        + first.place() + " and " + one.place() + "; take one of them away");
            }
        }
        return byName;
    }
}
