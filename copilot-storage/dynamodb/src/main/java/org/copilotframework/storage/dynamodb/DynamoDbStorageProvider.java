package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/** Opens stores in a DynamoDB table: {@code dynamodb://region/table}. */
public final class DynamoDbStorageProvider implements StorageProvider {
    /** For {@link java.util.ServiceLoader} and the plugin host. */
    public DynamoDbStorageProvider() {}

    @Override
    public String name() {
        return "dynamodb";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("dynamodb");
    }

    @Override
    public Storage open(StorageUrl url, ProviderContext context) {
        return open(url, context, InstantSource.system());
    }

    /** {@return a CloudFormation template; its parameter {@code TableName} is the URL's table unless said otherwise} */
    @Override
    public Optional<String> schema(StorageUrl url) {
        return Optional.of(DynamoDbTable.cloudFormation(Location.of(url).table()));
    }

    /** For tests in which a machine's clock is wrong. */
    static Storage open(StorageUrl url, ProviderContext context, InstantSource clock) {
        Location location = Location.of(url);
        DynamoDbSettings settings = context.settings(DynamoDbSettings.class);
        DynamoDbClient client = client(location, settings);
        try {
            Backend backend = new Backend(client, location.table(), location.region(), settings.timeout());
            Schema schema = new Schema(client, backend, settings);
            schema.reach();
            return new DynamoStorage(backend, schema, clock, System::nanoTime);
        } catch (RuntimeException failure) {
            client.close();
            throw failure;
        }
    }

    static DynamoDbClient client(Location location, DynamoDbSettings settings) {
        Duration connect = settings.timeout().dividedBy(2);
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .region(Region.of(location.region()))
                .credentialsProvider(credentials(location))
                .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .httpClientBuilder(Apache5HttpClient.builder()
                        .maxConnections(settings.maxConnections())
                        .connectionTimeout(connect)
                        .connectionAcquisitionTimeout(settings.timeout())
                        .socketTimeout(settings.timeout())
                        // DynamoDB closes idle connections after a while; what we close ourselves never fails a
                        // request.
                        .connectionMaxIdleTime(Duration.ofSeconds(30)));
        location.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(Location location) {
        if (location.credentials().isPresent()) {
            return StaticCredentialsProvider.create(location.credentials().get());
        }
        AwsCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        try {
            chain.resolveCredentials();
        } catch (SdkClientException none) {
            throw new InvalidRequestException("there are no AWS credentials for the DynamoDB table '" + location.table()
                    + "': set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give the machine a role");
        }
        return chain;
    }
}
