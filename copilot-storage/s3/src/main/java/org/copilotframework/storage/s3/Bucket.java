package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.s3.Keys.Key;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The connection to one bucket. */
final class Bucket implements AutoCloseable {
    private final String name;
    private final S3Settings settings;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http;
    private final ScheduledExecutorService timers = OwnLoader.timers();
    private final S3Client client;
    private final S3Presigner presigner;
    private final Keys keys;
    private final Failures failures;
    private volatile boolean closed;

    private Bucket(
            String name, S3Settings settings, Region region, AwsCredentialsProvider credentials, SdkHttpClient http) {
        this.name = name;
        this.settings = settings;
        this.credentials = credentials;
        this.http = http;
        this.client = Access.client(settings, region, credentials, http, timers);
        this.presigner = Access.presigner(settings, region, credentials);
        this.keys = new Keys(settings.keyPrefix());
        this.failures = new Failures(
                "S3 bucket '" + name + "' "
                        + settings.endpoint()
                                .map(uri -> "at " + uri.getAuthority())
                                .orElse("in " + region),
                name,
                settings.timeout());
    }

    /** Opens a bucket with the credentials that the SDK finds; asks S3 nothing. */
    static Bucket open(String name, S3Settings settings) {
        return OwnLoader.within(() -> {
            Region region = Access.region(settings);
            AwsCredentialsProvider credentials = Access.credentials(name);
            return new Bucket(name, settings, region, credentials, Access.http(settings));
        });
    }

    /** For tests, which give credentials and what carries the requests. */
    static Bucket open(String name, S3Settings settings, AwsCredentialsProvider credentials, SdkHttpClient http) {
        return OwnLoader.within(() -> new Bucket(name, settings, Access.region(settings), credentials, http));
    }

    String name() {
        return name;
    }

    S3Settings settings() {
        return settings;
    }

    Keys keys() {
        return keys;
    }

    Failures failures() {
        return failures;
    }

    /**
     * Asks S3 something.
     *
     * @throws SdkException if it does not succeed
     */
    <T extends @Nullable Object> T send(Function<S3Client, T> request) {
        if (closed) {
            throw closed(null);
        }
        try {
            return OwnLoader.<T, RuntimeException>within(() -> request.apply(client));
        } catch (IllegalStateException failure) {
            if (closed) {
                throw closed(failure);
            }
            throw failure;
        }
    }

    /**
     * Asks S3 something.
     *
     * @throws org.copilotframework.api.error.CopilotException if it does not succeed
     */
    <T extends @Nullable Object> T ask(Function<S3Client, T> request) {
        try {
            return send(request);
        } catch (SdkException failure) {
            throw failures.translated(failure);
        }
    }

    private UnavailableException closed(@Nullable Throwable cause) {
        return new UnavailableException(
                "the store of files in S3 bucket '" + name + "' is closed", Duration.ZERO, cause);
    }

    /** What is there, or null if nothing is. */
    @Nullable
    Stored find(Key key) {
        try {
            HeadObjectResponse head =
                    send(s3 -> s3.headObject(one -> one.bucket(name).key(key.text())));
            return Stored.of(key, head);
        } catch (SdkException failure) {
            if (Failures.isOfAbsence(failure)) {
                return null;
            }
            throw failures.translated(failure);
        }
    }

    /** Deletes the parts of an upload; it may be gone. */
    void giveUp(String key, String upload) {
        try {
            send(s3 -> s3.abortMultipartUpload(one -> one.bucket(name).key(key).uploadId(upload)));
        } catch (SdkException failure) {
            if (!Failures.isOfUpload(failure)) {
                throw failures.translated(failure);
            }
        }
    }

    URI presigned(Key key, Duration validity) {
        if (closed) {
            throw closed(null);
        }
        GetObjectRequest get =
                GetObjectRequest.builder().bucket(name).key(key.text()).build();
        try {
            return OwnLoader.within(() -> URI.create(presigner
                    .presignGetObject(sign -> sign.signatureDuration(validity).getObjectRequest(get))
                    .url()
                    .toString()));
        } catch (SdkException failure) {
            throw failures.translated(failure);
        }
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
