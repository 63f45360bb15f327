package org.copilotframework.storage.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.storage.tck.ProviderZipKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-storage-azure";
    }

    @Override
    protected List<String> packed() {
        return List.of("azure-storage-blob-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("netty", "azure-core-http-netty");
    }

    @TempDir
    Path folder;

    /** The real archive, loaded by a host that knows nothing of the service; an agent's files go through it. */
    @Test
    void aHostThatFindsTheArchiveKeepsFilesByIt() throws Exception {
        Files.copy(archive(), Files.createDirectory(folder.resolve("plugins")).resolve("azure.zip"));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new WithoutProviders(before));
        try (AzureFake fake = new AzureFake();
                Orchestrator copilot = Orchestrator.builder()
                        .home(folder.resolve("home"))
                        .plugins(folder.resolve("plugins"))
                        .agent(new Keeper())
                        .setting("copilot.storage.url", "memory:local")
                        .setting("copilot.blobs.provider", "azure")
                        .setting("copilot.blobs.bucket", AzureUnderTest.CONTAINER)
                        .setting("copilot.blobs.azure.endpoint", fake.endpoint().toString())
                        .setting("copilot.blobs.azure.account", Azurite.ACCOUNT)
                        .setting("copilot.blobs.azure.account-key", Azurite.KEY)
                        .start()) {
            assertThat(copilot.plugins().list())
                    .filteredOn(plugin -> plugin.kind() == PluginKind.PROVIDER)
                    .singleElement()
                    .satisfies(plugin -> {
                        assertThat(plugin.state())
                                .as(plugin.reason().toString())
                                .isEqualTo(PluginState.SERVING);
                        assertThat(plugin.warnings()).isEmpty();
                    });
            AgentReply reply = copilot.forCaller(Caller.local())
                    .invoke(AgentRequest.to("keeper").text("kept").build());
            assertThat(reply.message().text()).isEqualTo("kept");
            assertThat(fake.blobs().names()).anyMatch(name -> name.endsWith("/notes/all.txt"));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @AgentInfo(name = "keeper", description = "Keeps what it is told, and says what it has kept.")
    static final class Keeper implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            byte[] said = context.firstMessage().text().getBytes(UTF_8);
            context.blobs().write("notes/all.txt", out -> out.write(said));
            try (InputStream in = context.blobs().read("notes/all.txt").orElseThrow()) {
                return AgentReply.text(new String(in.readAllBytes(), UTF_8));
            }
        }
    }

    /** The class path, on which no provider of files is found. */
    private static final class WithoutProviders extends ClassLoader {
        WithoutProviders(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals("META-INF/services/" + BlobsProvider.class.getName())
                    ? Collections.emptyEnumeration()
                    : super.getResources(name);
        }
    }
}
