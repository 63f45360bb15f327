package org.copilotframework.storage.gcs;

import java.io.IOException;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.BlobsKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The promises of every store of files, kept with Google's client on the fake, or on the bucket that is named. */
class GcsKitTest extends BlobsKit {
    private static GcsFake fake;

    @BeforeAll
    static void start() throws IOException {
        fake = new GcsFake();
    }

    @AfterAll
    static void stop() {
        fake.close();
    }

    @Override
    protected Blobs open() {
        return RealBucket.named()
                .map(RealBucket::open)
                .orElseGet(() -> GcsUnderTest.at(fake).open());
    }

    /** The fake keeps all of it in this process, and a copy or two on the way. */
    @Override
    protected long heap() {
        return 400 << 20;
    }
}
