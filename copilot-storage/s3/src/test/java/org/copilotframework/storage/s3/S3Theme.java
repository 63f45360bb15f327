package org.copilotframework.storage.s3;

import java.io.IOException;
import org.copilotframework.storage.tck.blob.BlobFaultsTheme;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of what only S3 says share: a file that is there already, and a client that answers in the place of S3. */
abstract class S3Theme extends BlobFaultsTheme<S3Faults> {
    @Override
    protected final S3Faults start() {
        return new S3Faults();
    }

    @BeforeEach
    final void writeEarlierFile() throws IOException {
        write("a", "earlier");
    }

    final AnsweringClient client() {
        return service().client();
    }

    final S3Settings settings() {
        return service().settings();
    }

    /** How many uploads were given up since the rule was given. */
    final long givenUp() {
        return client().requests().stream()
                .filter(request -> request.startsWith("DELETE") && request.contains("uploadId"))
                .count();
    }
}
