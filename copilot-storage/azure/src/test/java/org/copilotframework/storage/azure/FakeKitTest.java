package org.copilotframework.storage.azure;

import java.io.IOException;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.BlobsKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The promises of every store of files, as far as a fake can show that they are kept: see {@link AzureKitTest}. */
class FakeKitTest extends BlobsKit {
    private static AzureFake fake;

    @BeforeAll
    static void start() throws IOException {
        fake = new AzureFake();
    }

    @AfterAll
    static void stop() {
        fake.close();
    }

    @Override
    protected Blobs open() {
        return AzureUnderTest.with(java.util.Optional.of(fake.endpoint()), Azurite.KEY)
                .open();
    }

    /** The fake keeps all of it in this process, and a copy or two on the way. */
    @Override
    protected long heap() {
        return 400 << 20;
    }
}
