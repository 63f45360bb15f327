package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.objects.OwnLoader;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The SDK's clients of one bucket, until they are closed, and what is closed with them. */
final class Connection implements AutoCloseable {
    private final String bucket;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http;
    private final ScheduledExecutorService timers = Access.timers();
    private final S3Client client;
    private final S3Presigner presigner;

    private volatile boolean closed;

    Connection(
            String bucket, S3Settings settings, Region region, AwsCredentialsProvider credentials, SdkHttpClient http) {
        this.bucket = bucket;
        this.credentials = credentials;
        this.http = http;
        this.client = Access.client(settings, region, credentials, http, timers);
        this.presigner = Access.presigner(settings, region, credentials);
    }

    /**
     * Asks S3 something.
     *
     * @throws SdkException if it does not succeed
     * @throws UnavailableException if this is closed
     */
    <T extends @Nullable Object> T send(Function<S3Client, T> request) {
        demandOpen();
        try {
            return OwnLoader.<T, RuntimeException>within(() -> request.apply(client));
        } catch (IllegalStateException failure) {
            if (closed) {
                throw closed(failure);
            }
            throw failure;
        }
    }

    /** A URL by which an object may be read for a time; asks nobody. */
    URI presigned(GetObjectRequest get, Duration validity) {
        demandOpen();
        return OwnLoader.within(() -> URI.create(presigner
                .presignGetObject(sign -> sign.signatureDuration(validity).getObjectRequest(get))
                .url()
                .toString()));
    }

    private void demandOpen() {
        if (closed) {
            throw closed(null);
        }
    }

    private UnavailableException closed(@Nullable Throwable cause) {
        return new UnavailableException(
                "the store of files in S3 bucket '" + bucket + "' is closed", Duration.ZERO, cause);
    }

    @Override
    public void close() {
        closed = true;
        client.close();
        // The SDK closes only what it has made itself.
        http.close();
        presigner.close();
        timers.shutdownNow();
        Access.close(credentials);
    }
}
