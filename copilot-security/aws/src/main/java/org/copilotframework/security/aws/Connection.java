package org.copilotframework.security.aws;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The way to one service: its client, by the credentials that the SDK finds. Safe for use by several threads.
 *
 * @param <C> the client
 */
final class Connection<C extends SdkClient> implements AutoCloseable {
    private static final int ATTEMPTS = 4;

    private final Reach reach;
    private final Region region;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpClient http;
    private final ScheduledExecutorService timers;
    private final C client;
    private final Failures failures;
    private volatile boolean closed;

    private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>> Connection(
            Reach reach, Region region, AwsCredentialsProvider credentials, B builder) {
        this.reach = reach;
        this.region = region;
        this.credentials = credentials;
        this.http = UrlConnectionHttpClient.builder()
                .connectionTimeout(half(reach))
                .socketTimeout(half(reach))
                .build();
        this.timers = OwnLoader.timers();
        builder.region(region)
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(config -> config.apiCallTimeout(reach.timeout())
                        // What is stalled is sent once more before the time is over. All that is asked may be asked
                        // twice.
                        .apiCallAttemptTimeout(half(reach))
                        .scheduledExecutorService(timers)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .throttlingBackoffStrategy(
                                        BackoffStrategy.exponentialDelay(Duration.ofMillis(100), Duration.ofSeconds(2)))
                                .build()));
        reach.endpoint().ifPresent(builder::endpointOverride);
        this.client = builder.build();
        this.failures = new Failures(
                reach,
                reach.service() + " "
                        + reach.endpoint()
                                .map(uri -> "at " + uri.getAuthority())
                                .orElse("in " + region));
    }

    private static Duration half(Reach reach) {
        return reach.timeout().dividedBy(2);
    }

    /**
     * Opens it; asks the service nothing.
     *
     * @throws InvalidRequestException if there is no region, or no credentials are found
     */
    static <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C extends SdkClient> Connection<C> open(
            Reach reach, B builder) {
        return OwnLoader.within(() -> new Connection<>(reach, regionOf(reach), credentialsFor(reach), builder));
    }

    private static Region regionOf(Reach reach) {
        if (reach.region().isPresent()) {
            return Region.of(reach.region().get());
        } else if (reach.endpoint().isPresent()) {
            return Region.US_EAST_1;
        }
        try {
            return new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkClientException none) {
            throw new InvalidRequestException(reach.setting("region")
                    + ": is not set, and the AWS SDK finds no region either; name one, such as eu-central-1");
        }
    }

    private static AwsCredentialsProvider credentialsFor(Reach reach) {
        AwsCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        try {
            chain.resolveCredentials();
            return chain;
        } catch (SdkClientException none) {
            close(chain);
            throw new InvalidRequestException("there are no AWS credentials for " + reach.service()
                    + ": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role");
        }
    }

    Reach reach() {
        return reach;
    }

    Region region() {
        return region;
    }

    Failures failures() {
        return failures;
    }

    /**
     * Asks the service something.
     *
     * @throws SdkException if it does not succeed
     */
    <T> T send(Function<C, T> request) {
        if (closed) {
            throw closed(null);
        }
        try {
            return OwnLoader.within(() -> request.apply(client));
        } catch (IllegalStateException failure) {
            if (closed) {
                throw closed(failure);
            }
            throw failure;
        }
    }

    private UnavailableException closed(@Nullable Throwable cause) {
        return new UnavailableException("the connection to " + reach.service() + " is closed", Duration.ZERO, cause);
    }

    private static void close(AwsCredentialsProvider credentials) {
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        client.close();
        // The SDK closes only what it has made itself.
        http.close();
        timers.shutdownNow();
        close(credentials);
    }
}
