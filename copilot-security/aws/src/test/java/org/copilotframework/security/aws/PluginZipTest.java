package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest {
    private static final Path ZIP = Path.of(Objects.requireNonNull(System.getProperty("copilot.test.plugin")));

    @Test
    void theManifestSaysWhatTheHostAsksFor() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile());
                InputStream in = zip.getInputStream(zip.getEntry("classes/META-INF/MANIFEST.MF"))) {
            Attributes manifest = new Manifest(in).getMainAttributes();
            assertThat(manifest.getValue("Plugin-Id")).isEqualTo("copilot-security-aws");
            assertThat(manifest.getValue("Plugin-Version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
            assertThat(manifest.getValue(ApiGeneration.MANIFEST_ATTRIBUTE))
                    .isEqualTo(Integer.toString(ApiGeneration.CURRENT));
            assertThat(manifest.getValue("Copilot-Plugin-Kind")).isEqualTo("provider");
        }
    }

    @Test
    void librariesArePackedAndWhatTheHostBringsIsNot() throws IOException {
        try (ZipFile zip = new ZipFile(ZIP.toFile())) {
            List<String> libraries = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
            assertThat(libraries)
                    .allMatch(name -> name.startsWith("lib/"))
                    .anyMatch(name -> name.startsWith("lib/kms-"))
                    .anyMatch(name -> name.startsWith("lib/secretsmanager-"))
                    .anyMatch(name -> name.startsWith("lib/url-connection-client-"))
                    // credentials of a web identity
                    .anyMatch(name -> name.startsWith("lib/sts-"))
                    .noneMatch(name -> name.matches(
                            "lib/(copilot-|pf4j|slf4j|jspecify|java-semver|logback|junit|netty|apache|httpc|tink).*"));
        }
    }

    @Test
    void aHostThatHasItInItsFolderOfPluginsWrapsByKmsAndReadsSecrets(@TempDir Path folder) throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.copy(ZIP, plugins.resolve("aws.zip"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(new WithoutUs(before));
        try (FakeAws aws = new FakeAws()) {
            aws.kms.create("alias/copilot");
            aws.secrets.put("api-key", "k-1");
            try (Orchestrator copilot = Orchestrator.builder()
                    .home(folder.resolve("home"))
                    .plugins(plugins)
                    .setting("copilot.storage.url", "sqlite:" + folder.resolve("copilot.db"))
                    .setting("copilot.encryption.provider", "aead")
                    .setting("copilot.encryption.key-wrapper", "kms")
                    .setting("copilot.encryption.kms.key-id", "alias/copilot")
                    .setting("copilot.encryption.kms.endpoint", aws.endpoint().toString())
                    .setting("copilot.encryption.kms.timeout", "1m")
                    .setting("copilot.secrets.sources", "aws")
                    .setting("copilot.secrets.aws.endpoint", aws.endpoint().toString())
                    .setting("copilot.secrets.aws.timeout", "1m")
                    .setting("copilot.plugin.teller.key", "${secret:api-key}")
                    .agent(new Recall())
                    .agent(new Teller())
                    .start()) {
                assertThat(Recall.ask(copilot, "acme", "hello")).isEqualTo("Before: []");
                assertThat(Teller.told(copilot)).isEqualTo("k-1, before nothing");
                assertThat(copilot.plugins().list()).singleElement().satisfies(plugin -> {
                    assertThat(plugin.id()).isEqualTo("copilot-security-aws");
                    assertThat(plugin.warnings()).isEmpty();
                });
            }
            assertThat(aws.asked())
                    .filteredOn(asked -> asked.action().equals("kms:Encrypt"))
                    .extracting(asked -> asked.body()
                            .get("EncryptionContext")
                            .asObject()
                            .get("copilot-tenant")
                            .text())
                    .contains("copilot.keys", "acme");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** The class path of this test without the providers of this module. */
    static final class WithoutUs extends ClassLoader {
        WithoutUs(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            URL ours = KmsKeyWrapper.class.getProtectionDomain().getCodeSource().getLocation();
            return Collections.enumeration(Collections.list(super.getResources(name)).stream()
                    .filter(url -> !name.startsWith("META-INF/services/")
                            || !url.toString().startsWith(ours.toString()))
                    .toList());
        }
    }
}
