package org.copilotframework.security.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.spi.authentication.AuthenticatorProvider;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.storage.tck.ProviderZipKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-security-apikey";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(AuthenticatorProvider.class, "apikey"));
    }

    @Override
    protected List<String> packed() {
        return List.of();
    }

    @Test
    void aHostThatHasItInItsFolderOfPluginsAsksForKeys(@TempDir Path folder) throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.copy(archive(), plugins.resolve("apikey.zip"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(new WithoutUs(before));
        try (Orchestrator copilot =
                Hosted.at(folder.resolve("home")).plugins(plugins).start()) {
            Hosted.showsThatKeysAreAskedFor(copilot);
            assertThat(copilot.plugins().list())
                    .singleElement()
                    .satisfies(plugin -> assertThat(plugin.warnings()).isEmpty());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
