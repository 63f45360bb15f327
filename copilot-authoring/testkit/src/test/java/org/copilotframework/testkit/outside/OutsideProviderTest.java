package org.copilotframework.testkit.outside;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.testkit.PluginChecks;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store of files that somebody else writes, built by the plugin parent and dropped into the folder of plugins. */
@Tag("all-backends")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class OutsideProviderTest {
    private static InstalledArtifacts installed;

    @TempDir
    Path folder;

    @BeforeAll
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    static void install() throws IOException {
        installed = InstalledArtifacts.ofThisBuild();
    }

    @Test
    void aProviderBuiltWithThePluginParentBringsAStoreWithItsSettingsAndLibraries() throws Exception {
        OutsideProject project = drawer();
        project.build(installed).requireSuccess();
        Path archive = project.built("zip");
        PluginChecks.assertPackaged(archive);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".jar")))
                    .containsExactly("lib/commons-lang3-3.20.0.jar");
        }
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.copy(archive, inbox.resolve(archive.getFileName()));

        try (Orchestrator orchestrator = Orchestrator.builder()
                .home(folder.resolve("home"))
                .plugins(inbox)
                .setting("copilot.blobs.provider", "drawer")
                .setting("copilot.blobs.bucket", "upper")
                .setting("copilot.blobs.drawer.label", "acme's")
                .agent(new Keeper())
                .start()) {
            assertThat(orchestrator.plugins().list()).singleElement().satisfies(plugin -> {
                assertThat(plugin.id()).isEqualTo("drawer");
                assertThat(plugin.kind()).isEqualTo(PluginKind.PROVIDER);
                assertThat(plugin.state()).as(plugin.reason()).isEqualTo(PluginState.SERVING);
            });
            assertThat(orchestrator.forCaller(Caller.local()).invoke("keeper", "kept"))
                    .hasText("kept in Acme's upper drawer");
        }
    }

    /** Files in memory; the library's only use is that it is one. */
    private OutsideProject drawer() throws IOException {
        return OutsideProject.named(folder, "drawer")
                .property("copilot.plugin.kind", "provider")
                .property("copilot.plugin.archive", "zip")
                .dependency("org.apache.commons", "commons-lang3", "3.20.0")
                .type("com.example.drawer.DrawerProvider", """
                        package com.example.drawer;

                        import java.util.Optional;
                        import org.copilotframework.api.spi.ProviderContext;
                        import org.copilotframework.api.spi.blob.*;
                        import org.pf4j.Extension;

                        @Extension
                        public final class DrawerProvider implements BlobsProvider {
                            public record Settings(String label) {}

                            @Override
                            public String name() {
                                return "drawer";
                            }

                            @Override
                            public Blobs open(Optional<String> bucket, ProviderContext context) {
                                String label = context.settings(Settings.class).label();
                                return new Drawer(org.apache.commons.lang3.StringUtils.capitalize(label) + " " + bucket.orElseThrow());
                            }
                        }
                        """)
                .type("com.example.drawer.Drawer", """
                        package com.example.drawer;

                        import java.io.*;
                        import java.time.Instant;
                        import java.util.*;
                        import java.util.concurrent.ConcurrentSkipListMap;
                        import org.copilotframework.api.caller.TenantId;
                        import org.copilotframework.api.spi.blob.*;
                        import org.copilotframework.api.spi.storage.Durability;

                        final class Drawer implements Blobs {
                            private final String label;
                            private final NavigableMap<String, byte[]> files = new ConcurrentSkipListMap<>();

                            Drawer(String label) {
                                this.label = label;
                            }

                            private static String key(TenantId tenant, String name) {
                                return tenant.value() + "/" + name;
                            }

                            @Override
                            public BlobInfo write(TenantId tenant, String name, BlobOptions options, BlobWriter writer) throws IOException {
                                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                                writer.writeTo(bytes);
                                files.put(key(tenant, name), bytes.toByteArray());
                                return stat(tenant, name).orElseThrow();
                            }

                            @Override
                            public Optional<Blob> open(TenantId tenant, String name, BlobRange range) {
                                return stat(tenant, name).map(info -> new Blob(info, new ByteArrayInputStream(
                                        files.get(key(tenant, name)), (int) range.from(), (int) range.within(info.size()))));
                            }

                            @Override
                            public Optional<BlobInfo> stat(TenantId tenant, String name) {
                                return Optional.ofNullable(files.get(key(tenant, name))).map(bytes -> new BlobInfo(
                                        name, bytes.length, Instant.EPOCH, "1", null, "text/plain", Map.of("drawer", label)));
                            }

                            @Override
                            public List<BlobEntry> list(TenantId tenant, String prefix, String after, int limit) {
                                return List.of();
                            }

                            @Override
                            public boolean delete(TenantId tenant, String name, String ifVersion) {
                                return files.remove(key(tenant, name)) != null;
                            }

                            @Override
                            public void check() {}

                            @Override
                            public Durability durability() {
                                return Durability.MEMORY;
                            }

                            @Override
                            public void close() {}
                        }
                        """);
    }

    /** Keeps what it is told in a file, and tells what the file holds. */
    @AgentInfo(name = "keeper")
    static final class Keeper implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            byte[] told = request.text().getBytes(StandardCharsets.UTF_8);
            String drawer = context.blobs()
                    .write("note.txt", out -> out.write(told))
                    .metadata()
                    .getOrDefault("drawer", "no");
            byte[] kept = context.blobs().read("note.txt").orElseThrow().readAllBytes();
            return AgentReply.text(new String(kept, StandardCharsets.UTF_8) + " in " + drawer + " drawer");
        }
    }
}
