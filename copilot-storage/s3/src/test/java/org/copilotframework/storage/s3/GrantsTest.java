package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** The README's policy allows what the code asks for, and nothing else. */
class GrantsTest {
    private static final TenantId TENANT = new TenantId("grants");

    /** Which IAM action an operation needs, where its name is another. */
    private static final Map<String, String> ACTIONS = Map.of(
            "ListObjectsV2", "ListBucket",
            "ListMultipartUploads", "ListBucketMultipartUploads",
            "HeadObject", "GetObject",
            "DeleteObjects", "DeleteObject",
            "CreateMultipartUpload", "PutObject",
            "UploadPart", "PutObject",
            "CompleteMultipartUpload", "PutObject");

    @Test
    void thePolicyListsEachActionThatIsNeededAndNoOther() throws IOException {
        S3Settings settings = BucketUnderTest.settings();
        try (Blobs blobs = BucketUnderTest.open(settings, BucketUnderTest.client(settings))) {
            blobs.check();
            blobs.write(TENANT, "a", out -> out.write(1));
            try (InputStream in = blobs.read(TENANT, "a").orElseThrow()) {
                assertThat(in.read()).isEqualTo(1);
            }
            blobs.delete(TENANT, "a");
            blobs.write(TENANT, "a", out -> out.write(new byte[6 << 20]));
            try {
                blobs.write(TENANT, "a", out -> {
                    out.write(new byte[6 << 20]);
                    throw new IOException("source gone");
                });
            } catch (IOException broken) {
                assertThat(broken).hasMessage("source gone");
            }
            blobs.erase(TENANT);
        }
        Set<String> listed = new TreeSet<>();
        Matcher matcher = Pattern.compile("\"s3:([A-Za-z]+)\"").matcher(Files.readString(Path.of("README.md")));
        while (matcher.find()) {
            listed.add(matcher.group(1));
        }
        // Of this test and of all that ran before it in the same JVM; the bucket is the test's own.
        Set<String> needed = FlatKeys.operations().stream()
                .filter(operation -> !operation.equals("CreateBucket"))
                .map(operation -> ACTIONS.getOrDefault(operation, operation))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(needed).containsExactlyInAnyOrderElementsOf(listed);
    }
}
