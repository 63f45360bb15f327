package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginState;
import org.copilotframework.storage.tck.DroppedArchive;
import org.copilotframework.storage.tck.ProviderZipKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-security-aws";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(KeyWrapperProvider.class, "kms"), new Expected(SecretSourceProvider.class, "aws"));
    }

    /** The service of tokens is for the credentials of a web identity. */
    @Override
    protected List<String> packed() {
        return List.of("kms-", "secretsmanager-", "url-connection-client-", "sts-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("netty", "apache", "httpc", "tink");
    }

    @Test
    void aHostThatHasItInItsFolderOfPluginsWrapsByKmsAndReadsSecrets(@TempDir Path folder) throws IOException {
        try (DroppedArchive archive = dropped(folder);
                FakeAws aws = new FakeAws()) {
            aws.kms.create("alias/copilot");
            aws.secrets.put("api-key", "k-1");
            Host host = new Host(aws, folder);
            try (Orchestrator copilot = host.readingSecrets(host.wrappingKeys("a", "alias/copilot"))
                    .plugins(archive.plugins())
                    .setting("copilot.plugin.teller.key", "${secret:api-key}")
                    .agent(new Teller())
                    .start()) {
                assertThat(Recall.ask(copilot, "acme", "hello")).isEqualTo("Before: []");
                assertThat(Teller.told(copilot)).isEqualTo("k-1, before nothing");
                assertThat(copilot.plugins().list()).singleElement().satisfies(plugin -> {
                    assertThat(plugin.id()).isEqualTo(id());
                    assertThat(plugin.state()).as("%s", plugin.reason()).isEqualTo(PluginState.SERVING);
                    assertThat(plugin.warnings()).isEmpty();
                });
            }
            assertThat(aws.tenants("kms:Encrypt")).contains("copilot.keys", "acme");
        }
    }
}
