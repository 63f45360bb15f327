package org.copilotframework.storage.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.storage.objects.Refusals;
import org.jspecify.annotations.Nullable;

/**
 * Opens stores in containers of Azure Blob Storage: {@code STORAGE_PROVIDER=azure}, {@code
 * STORAGE_BUCKET=name-of-the-container}.
 */
public final class AzureBlobsProvider implements BlobsProvider {
    private static final Pattern CONTAINER = Pattern.compile("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern KEY = Pattern.compile("(?i)(^|;)AccountKey=");

    /** For {@link java.util.ServiceLoader} and the plugin host. */
    public AzureBlobsProvider() {}

    @Override
    public String name() {
        return "azure";
    }

    @Override
    public Blobs open(Optional<String> bucket, ProviderContext context) {
        String name = bucket.filter(given -> CONTAINER.matcher(given).matches())
                .orElseThrow(
                        () -> new InvalidRequestException(Refusals.BUCKET + ": must be the name of a container of Azure"
                                + " Blob Storage, of 3 to 63 lower-case letters, digits and single '-'"));
        AzureSettings settings = context.settings(AzureSettings.class);
        BlobServiceClient service = service(settings);
        Calls calls = new Calls(new Failures(name, service.getAccountUrl(), credentials(settings), settings));
        return new AzureBlobs(
                new Container(service.getBlobContainerClient(name)), calls, signer(service, settings), settings);
    }

    private static BlobServiceClient service(AzureSettings settings) {
        HttpClient http = new JdkHttpClientBuilder()
                .connectionTimeout(settings.connectTimeout())
                .writeTimeout(settings.timeout())
                .responseTimeout(settings.timeout())
                .readTimeout(settings.timeout())
                .build();
        BlobServiceClientBuilder builder = new BlobServiceClientBuilder()
                .httpClient(http)
                .retryOptions(new RequestRetryOptions(
                        RetryPolicyType.EXPONENTIAL,
                        settings.tries(),
                        (Duration) null,
                        Duration.ofMillis(250),
                        Duration.ofSeconds(8),
                        null));
        String connection = settings.connectionString().orElse(null);
        if (connection != null) {
            return connected(builder, connection);
        }
        String account = settings.account().orElseThrow();
        builder.endpoint(
                settings.endpoint().map(Object::toString).orElse("https://" + account + ".blob.core.windows.net"));
        String key = settings.accountKey().orElse(null);
        return key == null
                ? builder.credential(new DefaultAzureCredentialBuilder()
                                .httpClient(http)
                                .build())
                        .buildClient()
                : builder.credential(shared(account, key)).buildClient();
    }

    private static StorageSharedKeyCredential shared(String account, String key) {
        try {
            java.util.Base64.getDecoder().decode(key);
            return new StorageSharedKeyCredential(account, key);
        } catch (IllegalArgumentException noKey) {
            throw new InvalidRequestException("copilot.blobs.azure.account-key: is not Base64, as every key is");
        }
    }

    private static BlobServiceClient connected(BlobServiceClientBuilder builder, String connection) {
        try {
            return builder.connectionString(connection).buildClient();
        } catch (RuntimeException unusable) {
            // Its words may show the string, which is a secret.
            throw new InvalidRequestException("copilot.blobs.azure.connection-string: is none; it is such as"
                    + " DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...;EndpointSuffix=core.windows.net");
        }
    }

    /** Which setting says whose rights are used. */
    private static String credentials(AzureSettings settings) {
        return "copilot.blobs.azure."
                + (settings.connectionString().isPresent()
                        ? "connection-string"
                        : settings.accountKey().isPresent() ? "account-key" : "account");
    }

    /** What can sign a URL, or null: a signature that was given cannot make another. */
    private static Container.@Nullable Signer signer(BlobServiceClient service, AzureSettings settings) {
        if (settings.accountKey().isPresent()
                || settings.connectionString()
                        .filter(one -> KEY.matcher(one).find())
                        .isPresent()) {
            return (blob, values) -> blob.generateSas(values);
        }
        return settings.connectionString().isPresent() ? null : new DelegatedSigner(service);
    }
}
