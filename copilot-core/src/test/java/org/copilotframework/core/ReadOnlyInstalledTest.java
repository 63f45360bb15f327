package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A home in which plugins are installed and that may only be read. To root that would be no obstacle, so as root another user's
 * process works with it.
 */
class ReadOnlyInstalledTest {
    private static final String NOBODY = "65534";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @RegisterExtension
    private final TestBed bed = TestBed.started();

    private Path home;
    private Path more;

    /** What the process does: each operation on the home of the first argument, with the archive of the second. */
    public static final class Host {
        private Host() {}

        /** Tells what becomes of each, one on a line. */
        public static void main(String[] arguments) {
            try (Orchestrator copilot =
                    Orchestrator.builder().home(Path.of(arguments[0])).start()) {
                tell(
                        "ask",
                        () -> copilot.forCaller(Caller.local())
                                .invoke("kept", "?")
                                .text());
                tell(
                        "install",
                        () -> copilot.plugins().install(Path.of(arguments[1])).kind());
                tell("rollback", () -> copilot.plugins().rollback("kept").kind());
                tell("remove", () -> copilot.plugins().remove("kept").kind());
                tell("reload", () -> copilot.plugins().reload("kept").kind());
                tell(
                        "ask again",
                        () -> copilot.forCaller(Caller.local())
                                .invoke("kept", "?")
                                .text());
            } catch (CopilotException refused) {
                System.out.println("start: " + refused.code() + " " + refused.getMessage());
            }
        }

        private static void tell(String what, java.util.function.Supplier<Object> operation) {
            String became;
            try {
                became = String.valueOf(operation.get());
            } catch (CopilotException refused) {
                became = refused.code() + " " + refused.getMessage();
            }
            System.out.println(what + ": " + became);
        }
    }

    @BeforeEach
    void aHomeWithTwoVersionsOfAPlugin() throws IOException {
        bed.plugins().install(version("1.0.0"));
        bed.plugins().install(version("1.1.0"));
        more = version("1.2.0");
        bed.close();
        home = bed.home();
        rights(bed.built().getParent(), "rwxr-xr-x");
        everything(bed.built(), "rwxr-xr-x");
        everything(home, "r-xr-xr-x");
    }

    @AfterEach
    void theHomeCanBeDeleted() throws IOException {
        everything(bed.built().getParent(), "rwxr-xr-x");
    }

    private Path version(String version) {
        return PluginJars.plugin("kept", version)
                .agent("kept", "return AgentReply.text(\"" + version + "\");")
                .build(bed.built());
    }

    @Test
    void whatIsInstalledServesAndEachChangeIsRefusedWithTheFix() throws Exception {
        Path temporary = Files.createDirectory(bed.built().resolve("temporary"));
        rights(temporary, "rwxrwxrwx");
        String fix = "point copilot.home to a writable folder";

        String said = hosted(temporary);
        assertThat(said.lines())
                .anySatisfy(line -> assertThat(line).isEqualTo("ask: 1.1.0"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("install: UNAVAILABLE").contains(fix))
                .anySatisfy(line ->
                        assertThat(line).startsWith("rollback: UNAVAILABLE").contains(fix))
                .anySatisfy(line ->
                        assertThat(line).startsWith("remove: UNAVAILABLE").contains(fix))
                .anySatisfy(line -> assertThat(line).isEqualTo("reload: RELOADED"))
                .anySatisfy(line -> assertThat(line).isEqualTo("ask again: 1.1.0"));
        assertThat(temporary).as("its copies are gone with it").isEmptyDirectory();
    }

    @Test
    void withoutATemporaryFolderTheStartIsRefusedWithTheFix() throws Exception {
        Path none = Files.createDirectory(bed.built().resolve("temporary"));
        rights(none, "r-xr-xr-x");

        assertThat(hosted(none))
                .contains("start: UNAVAILABLE copilot.home (" + home + ") cannot be used")
                .contains("nor in the temporary folder " + none)
                .contains("mount a writable folder there, in memory if need be, or name another by -Djava.io.tmpdir");
    }

    private String hosted(Path temporary) throws Exception {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                String.join(File.pathSeparator, ROOT ? readableClassPath() : List.of(classPath())),
                Host.class.getName(),
                home.toString(),
                more.toString()));
        Process process = new ProcessBuilder(command)
                .directory(bed.built().toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String[] classPath() {
        return System.getProperty("java.class.path").split(File.pathSeparator);
    }

    /** A copy of what the process needs, for it may not look into root's folders. */
    private List<String> readableClassPath() throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : classPath()) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path copy = bed.built().resolve("library" + copies.size() + (Files.isDirectory(from) ? "" : ".jar"));
                copyAll(from, copy);
                copies.add(copy.toString());
            }
        }
        return copies;
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = file.equals(from)
                        ? to
                        : to.resolve(from.relativize(file).toString());
                Files.copy(file, copy);
                rights(copy, "rwxr-xr-x");
            }
        }
    }

    /** The deepest last, or first where nothing can be changed below what cannot be written; either will do here. */
    private static void everything(Path folder, String rights) throws IOException {
        rights(folder, "rwxr-xr-x");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                rights(file, rights);
            }
        }
    }

    private static void rights(Path path, String rights) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
    }
}
