package org.copilotframework.testkit.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A plugin's project as its author writes it. */
final class OutsideProject {
    private final Path folder;
    private final String artifact;
    private String version = "1.0.0";
    private String properties = "";
    private String dependencies = "";

    private OutsideProject(Path folder, String artifact) {
        this.folder = folder;
        this.artifact = artifact;
    }

    /** A project without any class yet. */
    static OutsideProject named(Path folder, String artifact) {
        return new OutsideProject(folder, artifact);
    }

    /** The plugin {@code greeter}; each of its versions answers with this Java expression. */
    static OutsideProject greeter(Path folder, String answer) throws IOException {
        return named(folder, "greeter").agent("@AgentInfo(name = \"greeter\")", answer);
    }

    OutsideProject agent(String annotation, String answer) throws IOException {
        return type("com.example.greeter.Greeter", """
                package com.example.greeter;

                import org.copilotframework.api.agent.*;

                %s
                public final class Greeter implements Agent {
                    @Override
                    public AgentReply handle(AgentRequest request, AgentContext context) {
                        return AgentReply.text(%s);
                    }
                }
                """.formatted(annotation, answer));
    }

    OutsideProject test(String expected) throws IOException {
        return file("src/test/java/com/example/greeter/GreeterTest.java", """
                package com.example.greeter;

                import static org.copilotframework.testkit.CopilotAssertions.assertThat;

                import org.copilotframework.api.client.Client;
                import org.copilotframework.testkit.*;
                import org.junit.jupiter.api.Test;
                import org.junit.jupiter.api.extension.RegisterExtension;

                class GreeterTest {
                    @RegisterExtension
                    static final CopilotExtension copilot = CopilotExtension.builder().pluginUnderTest().build();

                    @Test
                    void greets(Client client) {
                        assertThat(client.invoke("greeter", "world")).hasText("%s");
                        assertThat(copilot.orchestrator().plugins().list()).hasSize(1);
                    }

                    @Test
                    void leavesNothingBehind() {
                        PluginChecks.assertUnloads(PluginUnderTest.archive(), client -> client.invoke("greeter", "world"));
                    }
                }
                """.formatted(expected));
    }

    /** A class of the plugin. */
    OutsideProject type(String name, String source) throws IOException {
        return file("src/main/java/" + name.replace('.', '/') + ".java", source);
    }

    OutsideProject version(String version) {
        this.version = version;
        return this;
    }

    OutsideProject property(String name, String value) {
        properties += "        <%s>%s</%s>%n".formatted(name, value, name);
        return this;
    }

    OutsideProject dependency(String group, String artifact, String version) {
        dependencies += """
                        <dependency>
                            <groupId>%s</groupId>
                            <artifactId>%s</artifactId>
                            <version>%s</version>
                        </dependency>
                """.formatted(group, artifact, version);
        return this;
    }

    /** Builds it; the archive is then in {@link #built}. */
    MavenRun.Outcome build(InstalledArtifacts installed, String... more) throws IOException {
        file("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                    <modelVersion>4.0.0</modelVersion>
                    <parent>
                        <groupId>org.copilotframework</groupId>
                        <artifactId>copilot-plugin-parent</artifactId>
                        <version>%s</version>
                        <relativePath/>
                    </parent>
                    <groupId>com.example</groupId>
                    <artifactId>%s</artifactId>
                    <version>%s</version>
                    <properties>
                %s    </properties>
                    <dependencies>
                %s    </dependencies>
                </project>
                """.formatted(copilotVersion(), artifact, version, properties, dependencies));
        String[] arguments = new String[more.length + 1];
        arguments[0] = "package";
        System.arraycopy(more, 0, arguments, 1, more.length);
        return installed.maven(folder).run(arguments);
    }

    Path built(String extension) {
        return folder.resolve("target/" + artifact + "-" + version + "." + extension);
    }

    /** The version of this project, as the plugin parent says it. */
    static String copilotVersion() {
        try {
            Matcher version = Pattern.compile("<version>([^<]+)</version>")
                    .matcher(Files.readString(Path.of("../plugin-parent/pom.xml")));
            if (!version.find()) {
                throw new IllegalStateException("the plugin parent has no version");
            }
            return version.group(1);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private OutsideProject file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }
}
