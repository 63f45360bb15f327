package org.copilotframework.core.encryption;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.encryption.EncryptionProvider;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;
import org.copilotframework.core.provider.FoundProvider;
import org.copilotframework.core.provider.ProviderPlugins;

/** Finds an encryption and a wrapper of keys by name, among the providers on a class path and those that plugins bring. */
public final class EncryptionProviders {
    private EncryptionProviders() {}

    /**
     * Finds an encryption.
     *
     * @param name which one
     * @param loader where to look for providers
     * @param plugins where else to look
     * @return its provider
     * @throws InvalidRequestException if there is none of the name, or two
     */
    public static FoundProvider<EncryptionProvider, String> encryption(
            String name, ClassLoader loader, ProviderPlugins plugins) {
        return named(
                EncryptionProvider.class,
                EncryptionProvider::name,
                "copilot.encryption.provider: no encryption",
                name,
                loader,
                plugins);
    }

    /**
     * Finds a wrapper of keys.
     *
     * @param name which one
     * @param loader where to look for providers
     * @param plugins where else to look
     * @return its provider
     * @throws InvalidRequestException if there is none of the name, or two
     */
    public static FoundProvider<KeyWrapperProvider, String> wrapper(
            String name, ClassLoader loader, ProviderPlugins plugins) {
        return named(
                KeyWrapperProvider.class,
                KeyWrapperProvider::name,
                "copilot.encryption.key-wrapper: no wrapper of keys",
                name,
                loader,
                plugins);
    }

    private static <S> FoundProvider<S, String> named(
            Class<S> spi,
            Function<S, String> described,
            String none,
            String name,
            ClassLoader loader,
            ProviderPlugins plugins) {
        Map<String, FoundProvider<S, String>> byName = new TreeMap<>();
        for (FoundProvider<S, String> one :
                FoundProvider.all(spi, "a provider of encryption", loader, plugins, described)) {
            FoundProvider<S, String> first = byName.putIfAbsent(one.description(), one);
            if (first != null) {
                throw new InvalidRequestException("two providers of encryption are named '" + one.description() + "': "
                        + first.place() + " and " + one.place() + "; take one of them away");
            }
        }
        FoundProvider<S, String> found = byName.get(name);
        if (found == null) {
            throw new InvalidRequestException(none + " on the class path or in the folder of plugins is named '" + name
                    + "'; known names: " + (byName.isEmpty() ? "none" : String.join(", ", byName.keySet()))
                    + "; add the dependency copilot-security-encryption (copilot-security-aws for kms), or put its plugin into that"
                    + " folder"
                    + (plugins.failures().isEmpty() ? "" : ". Not loaded: " + String.join("; ", plugins.failures())));
        }
        return found;
    }
}
