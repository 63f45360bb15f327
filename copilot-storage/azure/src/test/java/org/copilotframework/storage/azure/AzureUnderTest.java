package org.copilotframework.storage.azure;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.Canaries;

/** Settings by which a test reaches a service, which are sensible if it does not say otherwise. */
record AzureUnderTest(
        Optional<String> connection,
        Optional<String> account,
        Optional<String> key,
        Optional<URI> endpoint,
        String prefix,
        int chunkMib,
        Duration timeout,
        int tries) {
    static final String CONTAINER = "files-of-agents";

    /** What no message may show. */
    static final Canaries SECRETS = Canaries.of(Azurite.KEY, "canary", "SharedKey", "sig=");

    static AzureUnderTest with(Optional<URI> endpoint, String key) {
        return new AzureUnderTest(
                Optional.empty(),
                Optional.of(Azurite.ACCOUNT),
                Optional.of(key),
                endpoint,
                "copilot",
                8,
                Duration.ofSeconds(20),
                4);
    }

    static AzureUnderTest connected(String connection) {
        return new AzureUnderTest(
                Optional.of(connection),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "copilot",
                8,
                Duration.ofSeconds(20),
                4);
    }

    AzureUnderTest chunkMib(int mib) {
        return new AzureUnderTest(connection, account, key, endpoint, prefix, mib, timeout, tries);
    }

    AzureUnderTest impatient() {
        return new AzureUnderTest(connection, account, key, endpoint, prefix, chunkMib, Duration.ofMillis(500), 2);
    }

    AzureSettings settings() {
        return new AzureSettings(
                connection,
                account,
                key,
                endpoint,
                Optional.of(prefix),
                chunkMib,
                Duration.ofSeconds(5),
                timeout,
                tries);
    }

    /** Makes the container, which the store itself never does. */
    AzureUnderTest madeContainer() {
        BlobServiceClientBuilder builder =
                new BlobServiceClientBuilder().httpClient(new JdkHttpClientBuilder().build());
        BlobServiceClient client = connection.isPresent()
                ? builder.connectionString(connection.get()).buildClient()
                : builder.endpoint(endpoint.orElseThrow().toString())
                        .credential(new StorageSharedKeyCredential(account.orElseThrow(), key.orElseThrow()))
                        .buildClient();
        client.createBlobContainerIfNotExists(CONTAINER);
        return this;
    }

    Blobs open() {
        return open(CONTAINER);
    }

    Blobs open(String container) {
        return new AzureBlobsProvider().open(Optional.of(container), new Context(settings()));
    }

    private record Context(AzureSettings settings) implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            return type.cast(settings);
        }

        @Override
        public Path home() {
            return Path.of("home");
        }
    }
}
