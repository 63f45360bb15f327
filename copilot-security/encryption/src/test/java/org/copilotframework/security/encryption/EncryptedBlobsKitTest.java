package org.copilotframework.security.encryption;

import java.nio.file.Path;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.core.blob.LocalBlobs;
import org.copilotframework.storage.tck.blob.BlobsKit;
import org.junit.jupiter.api.io.TempDir;

/** The promises of every store of files, kept by an encrypted folder. */
class EncryptedBlobsKitTest extends BlobsKit {
    private static final Keyring KEYS = Keyring.begun();

    @TempDir
    static Path folder;

    @Override
    protected Blobs open() {
        return KEYS.node().blobs(new LocalBlobs(folder.resolve("blobs")));
    }
}
