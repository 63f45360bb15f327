package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.s3.AnsweringClient.Answer;
import org.copilotframework.storage.tck.blob.FaultyService;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3Proxy, with a client that answers badly in its place. */
final class S3Faults implements FaultyService {
    private final S3Settings settings = BucketUnderTest.settings();
    private final AnsweringClient client = BucketUnderTest.client(settings);
    private final S3Client raw = S3Client.builder()
            .endpointOverride(BucketUnderTest.server().endpoint())
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(BucketUnderTest.credentials(S3Server.KEY, S3Server.SECRET))
            .build();

    /** Which carries the requests, and answers some itself. */
    AnsweringClient client() {
        return client;
    }

    S3Settings settings() {
        return settings;
    }

    @Override
    public Blobs open(String bucket) {
        return new S3Blobs(Bucket.open(
                bucket, settings, BucketUnderTest.credentials(S3Server.KEY, S3Server.SECRET), new Kept(client)));
    }

    /** Used by several stores, none of which closes it. */
    private record Kept(SdkHttpClient client) implements SdkHttpClient {
        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return client.prepareRequest(request);
        }

        @Override
        public void close() {}
    }

    @Override
    public String bucket() {
        return BucketUnderTest.BUCKET;
    }

    @Override
    public Blobs openAt(URI address) {
        S3Settings away = BucketUnderTest.settings(address, Duration.ofMillis(500), "p");
        return BucketUnderTest.open(away, BucketUnderTest.client(away));
    }

    @Override
    public int part() {
        return 5 << 20;
    }

    @Override
    public boolean isOfAWrite(String request) {
        return request.startsWith("PUT ") && !isOfAPart(request);
    }

    @Override
    public boolean isOfAPart(String request) {
        return request.contains("partNumber=");
    }

    @Override
    public void refuse(int times, Predicate<String> which, int status) {
        rule(
                times,
                which,
                switch (status) {
                    case 401 -> Answer.error(400, "InvalidToken");
                    case 403 -> Answer.error(403, "AccessDenied");
                    case 412 -> Answer.error(412, "PreconditionFailed");
                    default -> Answer.error(status, "SlowDown");
                });
    }

    private void rule(int times, Predicate<String> which, Answer answer) {
        AtomicInteger left = new AtomicInteger(times);
        client.rule(request -> which.test(request.method() + " " + request.getUri()) && left.getAndDecrement() > 0
                ? Optional.of(answer)
                : Optional.empty());
    }

    @Override
    public void lose(Predicate<String> which) {
        rule(1, which, Answer.lost());
    }

    @Override
    public void loseTheLast() {
        lose(request -> request.startsWith("POST ") && request.contains("uploadId="));
    }

    @Override
    public void behave() {
        client.rule(request -> Optional.empty());
    }

    @Override
    public void put(String object) {
        raw.putObject(one -> one.bucket(bucket()).key(object), RequestBody.fromString("x"));
    }

    @Override
    public Set<String> objects() {
        return raw
                .listObjectsV2(
                        list -> list.bucket(bucket()).prefix(settings.prefix().orElseThrow()))
                .contents()
                .stream()
                .map(S3Object::key)
                .collect(Collectors.toSet());
    }

    @Override
    public int requests() {
        return client.requests().size();
    }

    @Override
    public void close() {
        objects().forEach(key -> raw.deleteObject(one -> one.bucket(bucket()).key(key)));
        raw.close();
        client.close();
    }
}
