package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.BlobsKit;

/** On S3Proxy, or on what {@code COPILOT_TEST_S3_URL} names; the README tells its form. */
class S3KitTest extends BlobsKit {
    @Override
    protected Blobs open() {
        String url = System.getenv("COPILOT_TEST_S3_URL");
        if (url != null) {
            return open(URI.create(url));
        }
        S3Settings settings =
                BucketUnderTest.settings(BucketUnderTest.server().endpoint(), Duration.ofSeconds(30), "kit");
        return BucketUnderTest.open(settings, BucketUnderTest.client(settings));
    }

    /** {@code If-Match} is about the ETag, a digest of the content: whose mark it is was looked at a moment before. */
    @Override
    protected boolean tellsSameBytesApart() {
        return false;
    }

    private static Blobs open(URI url) {
        Map<String, String> parameters = url.getQuery() == null
                ? Map.of()
                : Arrays.stream(url.getQuery().split("&"))
                        .map(parameter -> parameter.split("=", 2))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        S3Settings settings = new S3Settings(
                Optional.ofNullable(parameters.get("region")),
                Optional.ofNullable(parameters.get("endpoint")).map(URI::create),
                parameters.containsKey("endpoint"),
                Optional.of(url.getPath()).filter(path -> path.length() > 1).map(path -> path.substring(1)),
                8,
                Duration.ofSeconds(30),
                100,
                Optional.empty());
        return new S3Blobs(Bucket.open(url.getAuthority(), settings));
    }
}
