package org.copilotframework.storage.azure;

import java.io.IOException;
import java.nio.file.Path;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.BlobsKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promises of every store of files, kept on Azurite; or on the account that {@code COPILOT_TEST_AZURE_URL} names, by a
 * connection string, in a container {@code files-of-agents} that is made if it is not there.
 */
@Tag("all-backends")
class AzureKitTest extends BlobsKit {
    @TempDir
    static Path folder;

    private static Azurite azurite;
    private static AzureUnderTest service;

    @BeforeAll
    static void start() throws IOException {
        String named = System.getenv("COPILOT_TEST_AZURE_URL");
        if (named == null) {
            azurite = new Azurite(folder);
            service = azurite.settings().madeContainer();
        } else {
            service = AzureUnderTest.connected(named).madeContainer();
        }
    }

    @AfterAll
    static void stop() {
        if (azurite != null) {
            azurite.close();
        }
    }

    @Override
    protected Blobs open() {
        return service.open();
    }
}
