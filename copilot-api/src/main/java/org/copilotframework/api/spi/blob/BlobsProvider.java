package org.copilotframework.api.spi.blob;

import java.util.Optional;
import org.copilotframework.api.spi.ProviderContext;
import org.pf4j.ExtensionPoint;

/**
 * Opens a store of files. Found by {@link java.util.ServiceLoader} on the class path of the application, or by the extension
 * index of a plugin whose manifest says {@code Copilot-Plugin-Kind: provider}.
 */
public interface BlobsProvider extends ExtensionPoint {
    /**
     * The provider's name, which {@code copilot.blobs.provider} (in the environment {@code STORAGE_PROVIDER}) chooses it by; its
     * settings are {@code copilot.blobs.<name>.*}.
     *
     * @return such as {@code s3}; lower-case letters, digits and dashes
     */
    String name();

    /**
     * Opens a store. Makes no bucket. For a provider in a plugin, the thread's context class loader is the plugin's own
     * meanwhile; the store that is opened is called by threads with any context class loader.
     *
     * @param bucket what {@code copilot.blobs.bucket} (in the environment {@code STORAGE_BUCKET}) says, if anything
     * @param context the provider's settings
     * @return the store; the caller closes it
     * @throws org.copilotframework.api.error.InvalidRequestException if the bucket or a setting is missing or has a wrong form
     * @throws org.copilotframework.api.error.UnavailableException if the store cannot be reached
     */
    Blobs open(Optional<String> bucket, ProviderContext context);
}
