package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** One S3Proxy for all tests of this JVM, with a bucket. */
final class BucketUnderTest {
    static final String BUCKET = "s3proxy-files";
    private static S3Server server;

    private BucketUnderTest() {}

    static synchronized S3Server server() {
        if (server == null) {
            server = S3Server.start();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            try (S3Client client = S3Client.builder()
                    .endpointOverride(server.endpoint())
                    .forcePathStyle(true)
                    .region(Region.US_EAST_1)
                    .credentialsProvider(credentials(S3Server.KEY, S3Server.SECRET))
                    .build()) {
                client.createBucket(bucket -> bucket.bucket(BUCKET));
            }
        }
        return server;
    }

    static AwsCredentialsProvider credentials(String key, String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret));
    }

    static S3Settings settings(URI endpoint, Duration timeout, String prefix) {
        return new S3Settings(
                Optional.empty(), Optional.of(endpoint), true, Optional.of(prefix), 5, timeout, 100, Optional.empty());
    }

    /** A store with names of its own. */
    static S3Settings settings() {
        return settings(server().endpoint(), Duration.ofSeconds(30), "test/" + UUID.randomUUID());
    }

    static AnsweringClient client(S3Settings settings) {
        return new AnsweringClient(Access.http(settings));
    }

    static S3Blobs open(S3Settings settings, AnsweringClient client) {
        return new S3Blobs(Bucket.open(BUCKET, settings, credentials(S3Server.KEY, S3Server.SECRET), client));
    }
}
