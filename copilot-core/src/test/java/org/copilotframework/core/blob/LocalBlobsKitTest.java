package org.copilotframework.core.blob;

import java.nio.file.Path;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.BlobsKit;
import org.junit.jupiter.api.io.TempDir;

/** The promises of every store of files, kept by a local folder. */
class LocalBlobsKitTest extends BlobsKit {
    @TempDir
    static Path folder;

    @Override
    protected Blobs open() {
        return new LocalBlobs(folder.resolve("blobs"));
    }
}
