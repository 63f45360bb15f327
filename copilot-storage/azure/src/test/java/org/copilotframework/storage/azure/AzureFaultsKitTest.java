package org.copilotframework.storage.azure;

import java.io.IOException;
import org.copilotframework.storage.tck.blob.BlobFaultsKit;
import org.copilotframework.storage.tck.blob.Canaries;
import org.copilotframework.storage.tck.blob.FaultyService;

class AzureFaultsKitTest extends BlobFaultsKit {
    @Override
    protected FaultyService start() throws IOException {
        return AzureFaults.start();
    }

    @Override
    protected String credentials() {
        return "copilot.blobs.azure.account-key";
    }

    @Override
    protected Canaries secrets() {
        return AzureUnderTest.SECRETS;
    }
}
