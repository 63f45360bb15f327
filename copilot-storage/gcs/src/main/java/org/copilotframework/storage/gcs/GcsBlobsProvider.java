package org.copilotframework.storage.gcs;

import com.google.api.gax.retrying.RetrySettings;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.BlobWriteSessionConfigs;
import com.google.cloud.storage.HttpStorageOptions;
import com.google.cloud.storage.StorageOptions;
import com.google.cloud.storage.StorageRetryStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.storage.objects.Refusals;

/** Opens stores in buckets of Google Cloud Storage: {@code STORAGE_PROVIDER=gcs}, {@code STORAGE_BUCKET=name-of-the-bucket}. */
public final class GcsBlobsProvider implements BlobsProvider {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");
    private static final String CREDENTIALS = "copilot.blobs.gcs.credentials-file";

    /** For {@link java.util.ServiceLoader} and the plugin host. */
    public GcsBlobsProvider() {}

    @Override
    public String name() {
        return "gcs";
    }

    @Override
    public Blobs open(Optional<String> bucket, ProviderContext context) {
        String name = bucket.filter(given -> BUCKET.matcher(given).matches())
                .orElseThrow(
                        () -> new InvalidRequestException(Refusals.BUCKET + ": must be the name of a bucket of Google"
                                + " Cloud Storage, of lower-case letters, digits, '-', '_' and '.', without gs://"));
        GcsSettings settings = context.settings(GcsSettings.class);
        UploadSessions sessions = new UploadSessions(settings);
        return new GcsBlobs(options(settings, sessions).getService(), name, settings, sessions);
    }

    private static StorageOptions options(GcsSettings settings, UploadSessions sessions) {
        Duration most = settings.timeout().multipliedBy(settings.tries()).plusSeconds(settings.tries() * 8L);
        HttpStorageOptions.Builder options = StorageOptions.http()
                .setCredentials(credentials(settings))
                // Without one the client asks the network for it, and none of our requests needs one.
                .setProjectId(settings.project().orElse("none"))
                .setTransportOptions(HttpTransportOptions.newBuilder()
                        .setHttpTransportFactory(sessions)
                        .setConnectTimeout((int) settings.connectTimeout().toMillis())
                        .setReadTimeout((int) settings.timeout().toMillis())
                        .build())
                .setRetrySettings(RetrySettings.newBuilder()
                        .setMaxAttempts(settings.tries())
                        .setInitialRetryDelayDuration(Duration.ofMillis(250))
                        .setRetryDelayMultiplier(2)
                        .setMaxRetryDelayDuration(Duration.ofSeconds(8))
                        .setTotalTimeoutDuration(most)
                        .build())
                // What a store asks for may be sent again: the same content once more, or a condition that tells.
                .setStorageRetryStrategy(StorageRetryStrategy.getUniformStorageRetryStrategy())
                .setBlobWriteSessionConfig(
                        BlobWriteSessionConfigs.getDefault().withChunkSize(settings.chunkMib() << 20));
        settings.project().ifPresent(options::setQuotaProjectId);
        settings.endpoint()
                .ifPresent(endpoint -> options.setHost(endpoint.toString().replaceFirst("/$", "")));
        return options.build();
    }

    private static Credentials credentials(GcsSettings settings) {
        if (settings.anonymous()) {
            return NoCredentials.getInstance();
        }
        Path file = settings.credentialsFile().orElse(null);
        try {
            if (file == null) {
                return GoogleCredentials.getApplicationDefault();
            }
            try (InputStream in = Files.newInputStream(file)) {
                return GoogleCredentials.fromStream(in);
            }
        } catch (IOException | RuntimeException unusable) {
            // Their words may show what is in the file.
            throw new InvalidRequestException(
                    file == null
                            ? "there are no Google credentials: set GOOGLE_APPLICATION_CREDENTIALS or " + CREDENTIALS
                                    + " to a file of them, or give the machine a service account"
                            : CREDENTIALS + ": " + file + " is not there, or holds no Google credentials (JSON)");
        }
    }
}
