package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.s3.Keys.Key;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The connection to one bucket. */
final class Bucket implements AutoCloseable {
    private final String name;
    private final S3Settings settings;
    private final AwsCredentialsProvider credentials;
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
        this.client = client(settings, region, credentials, http);
        this.presigner = presigner(settings, region, credentials);
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
        AwsCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        try {
            chain.resolveCredentials();
            return open(name, settings, chain, http(settings));
        } catch (SdkClientException none) {
            close(chain);
            throw new InvalidRequestException("there are no AWS credentials for the S3 bucket '" + name
                    + "': set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role");
        } catch (RuntimeException wrong) {
            close(chain);
            throw wrong;
        }
    }

    /** For tests, which give credentials and what carries the requests. */
    static Bucket open(String name, S3Settings settings, AwsCredentialsProvider credentials, SdkHttpClient http) {
        return new Bucket(name, settings, region(settings), credentials, http);
    }

    static SdkHttpClient http(S3Settings settings) {
        return Apache5HttpClient.builder()
                .maxConnections(settings.maxConnections())
                .connectionTimeout(settings.timeout().dividedBy(2))
                .connectionAcquisitionTimeout(settings.timeout())
                // A request that is stalled is sent once more on another connection before its time is over.
                .socketTimeout(settings.timeout().dividedBy(2))
                // S3 closes idle connections after a while; what we close ourselves never fails a request.
                .connectionMaxIdleTime(Duration.ofSeconds(15))
                .build();
    }

    private static Region region(S3Settings settings) {
        if (settings.region().isPresent()) {
            return Region.of(settings.region().get());
        } else if (settings.endpoint().isPresent()) {
            return Region.US_EAST_1;
        }
        try {
            return new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkClientException none) {
            throw new InvalidRequestException(
                    "copilot.blobs.s3.region (in the environment COPILOT_BLOBS_S3_REGION) is not set, and the AWS SDK finds"
                            + " no region either; name the bucket's, such as eu-central-1");
        }
    }

    private static S3Client client(
            S3Settings settings, Region region, AwsCredentialsProvider credentials, SdkHttpClient http) {
        S3ClientBuilder builder = S3Client.builder()
                .region(region)
                .credentialsProvider(credentials)
                .httpClient(http)
                .forcePathStyle(settings.pathStyle())
                // Content is checked by its MD5, which each server knows; trailing checksums are news to many.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(false).build())
                .overrideConfiguration(config -> config.apiCallTimeout(settings.timeout())
                        // All requests may be sent twice, as a write knows its own mark.
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(6)
                                .throttlingBackoffStrategy(
                                        BackoffStrategy.exponentialDelay(Duration.ofMillis(200), Duration.ofSeconds(5)))
                                .build()));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static S3Presigner presigner(S3Settings settings, Region region, AwsCredentialsProvider credentials) {
        S3Presigner.Builder builder = S3Presigner.builder()
                .region(region)
                .credentialsProvider(credentials)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(settings.pathStyle())
                        .build());
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
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
            return request.apply(client);
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
            return URI.create(presigner
                    .presignGetObject(sign -> sign.signatureDuration(validity).getObjectRequest(get))
                    .url()
                    .toString());
        } catch (SdkException failure) {
            throw failures.translated(failure);
        }
    }

    @Override
    public void close() {
        closed = true;
        client.close();
        presigner.close();
        close(credentials);
    }

    private static void close(AwsCredentialsProvider credentials) {
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
