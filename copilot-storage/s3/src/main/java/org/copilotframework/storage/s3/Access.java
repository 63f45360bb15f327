package org.copilotframework.storage.s3;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.storage.objects.OwnLoader;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** How S3 is reached: by which credentials, in which region, by what client. */
final class Access {
    /** As many as the SDK makes itself. */
    private static final int TIMERS = 5;

    private Access() {}

    /** What ends requests that take too long. Its threads are there from the start, so none inherits anything of a caller. */
    static ScheduledThreadPoolExecutor timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(TIMERS, work -> {
            Thread thread = new Thread(work, "copilot-s3-timer");
            thread.setDaemon(true);
            OwnLoader.adopt(thread);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        timers.prestartAllCoreThreads();
        return timers;
    }

    /** What the SDK finds, which is there when this returns. */
    static AwsCredentialsProvider credentials(String bucket) {
        AwsCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        try {
            chain.resolveCredentials();
            return chain;
        } catch (SdkClientException none) {
            close(chain);
            throw new InvalidRequestException("there are no AWS credentials for the S3 bucket '" + bucket
                    + "': set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role");
        }
    }

    static void close(AwsCredentialsProvider credentials) {
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
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

    static Region region(S3Settings settings) {
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

    static S3Client client(
            S3Settings settings,
            Region region,
            AwsCredentialsProvider credentials,
            SdkHttpClient http,
            ScheduledExecutorService timers) {
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
                        .scheduledExecutorService(timers)
                        // All requests may be sent twice, as a write knows its own mark.
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(6)
                                .throttlingBackoffStrategy(
                                        BackoffStrategy.exponentialDelay(Duration.ofMillis(200), Duration.ofSeconds(5)))
                                .build()));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    static S3Presigner presigner(S3Settings settings, Region region, AwsCredentialsProvider credentials) {
        S3Presigner.Builder builder = S3Presigner.builder()
                .region(region)
                .credentialsProvider(credentials)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(settings.pathStyle())
                        .build());
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }
}
