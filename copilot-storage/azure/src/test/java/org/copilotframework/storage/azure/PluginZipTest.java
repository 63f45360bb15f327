package org.copilotframework.storage.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginState;
import org.copilotframework.storage.tck.DroppedArchive;
import org.copilotframework.storage.tck.ProviderZipKit;
import org.copilotframework.storage.tck.blob.KeepingAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-storage-azure";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(BlobsProvider.class, "azure"));
    }

    @Override
    protected List<String> packed() {
        return List.of("azure-storage-blob-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("netty", "azure-core-http-netty");
    }

    /** The real archive, loaded by a host that knows nothing of the service; an agent's files go through it. */
    @Test
    void aHostThatFindsTheArchiveKeepsFilesByIt(@TempDir Path folder) throws IOException {
        try (DroppedArchive archive = dropped(folder);
                AzureFake fake = new AzureFake();
                Orchestrator copilot = Orchestrator.builder()
                        .home(folder.resolve("home"))
                        .plugins(archive.plugins())
                        .agent(new KeepingAgent())
                        .setting("copilot.storage.url", "memory:local")
                        .setting("copilot.blobs.provider", "azure")
                        .setting("copilot.blobs.bucket", AzureUnderTest.CONTAINER)
                        .setting("copilot.blobs.azure.endpoint", fake.endpoint().toString())
                        .setting("copilot.blobs.azure.account", Azurite.ACCOUNT)
                        .setting("copilot.blobs.azure.account-key", Azurite.KEY)
                        .start()) {
            assertThat(copilot.plugins().list()).singleElement().satisfies(plugin -> {
                assertThat(plugin.id()).isEqualTo(id());
                assertThat(plugin.state()).as("%s", plugin.reason()).isEqualTo(PluginState.SERVING);
                assertThat(plugin.warnings()).isEmpty();
            });
            assertThat(copilot.forCaller(Caller.local())
                            .invoke(KeepingAgent.NAME, "kept")
                            .text())
                    .isEqualTo("kept");
            assertThat(fake.blobs().names()).anyMatch(name -> name.endsWith("/" + KeepingAgent.FILE));
        }
    }
}
