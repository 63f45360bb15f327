package org.copilotframework.storage.gcs;

import java.io.IOException;
import org.copilotframework.storage.tck.blob.BlobFaultsKit;
import org.copilotframework.storage.tck.blob.Canaries;
import org.copilotframework.storage.tck.blob.FaultyService;

class GcsFaultsKitTest extends BlobFaultsKit {
    @Override
    protected FaultyService start() throws IOException {
        return GcsFaults.start();
    }

    @Override
    protected String credentials() {
        return "copilot.blobs.gcs.credentials-file";
    }

    @Override
    protected Canaries secrets() {
        return GcsUnderTest.SECRETS;
    }
}
