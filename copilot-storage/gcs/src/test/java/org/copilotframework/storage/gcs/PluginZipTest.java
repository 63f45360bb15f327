package org.copilotframework.storage.gcs;

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
        return "copilot-storage-gcs";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(BlobsProvider.class, "gcs"));
    }

    @Override
    protected List<String> packed() {
        return List.of("google-cloud-storage-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("netty");
    }

    /** The real archive, loaded by a host that knows nothing of the service; an agent's files go through it. */
    @Test
    void aHostThatFindsTheArchiveKeepsFilesByIt(@TempDir Path folder) throws IOException {
        try (DroppedArchive archive = dropped(folder);
                GcsFake fake = new GcsFake();
                Orchestrator copilot = Orchestrator.builder()
                        .home(folder.resolve("home"))
                        .plugins(archive.plugins())
                        .agent(new KeepingAgent())
                        .setting("copilot.storage.url", "memory:local")
                        .setting("copilot.blobs.provider", "gcs")
                        .setting("copilot.blobs.bucket", GcsFake.BUCKET)
                        .setting("copilot.blobs.gcs.endpoint", fake.url().toString())
                        .setting("copilot.blobs.gcs.anonymous", "true")
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
            assertThat(fake.objects().names()).anyMatch(name -> name.endsWith("/" + KeepingAgent.FILE));
        }
    }
}
