package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user who may read a file and not write it. To root that would be no obstacle, so as root another user's process tries. */
class SqliteRightsTest {
    private static final String NOBODY = "65534";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @TempDir
    private Path temporary;

    private TestSqlite place;

    /** What the process of the other user does. */
    public static final class OtherUser {
        private OtherUser() {}

        /** Tries to open the file of the first argument; tells what became of it. */
        public static void main(String[] arguments) {
            System.out.println(attempt(new TestSqlite(Path.of(arguments[0]), Map.of())));
        }
    }

    private static String attempt(TestSqlite place) {
        try (Storage storage = place.open()) {
            storage.migrate();
            return "opened";
        } catch (InvalidRequestException refused) {
            return refused.getMessage();
        }
    }

    @BeforeEach
    void aFileThatEverybodyMayRead() throws IOException {
        rights(temporary, "rwxr-xr-x");
        Path folder = Files.createDirectory(temporary.resolve("data"));
        place = new TestSqlite(folder.resolve("x.db"), Map.of());
        try (Storage storage = place.open()) {
            storage.migrate();
        }
    }

    @Test
    void aFileThatMayNotBeWrittenIsRefused() throws Exception {
        rights(place.file(), "r--r--r--");
        rights(place.file().getParent(), "rwxrwxrwx");
        assertThat(asAnotherUser())
                .contains("copilot.storage.url (in the environment DATABASE_URL)")
                .contains("x.db cannot be written");
    }

    @Test
    void aFolderThatMayNotBeWrittenIsRefusedSinceTheJournalGoesThere() throws Exception {
        rights(place.file(), "rw-rw-rw-");
        rights(place.file().getParent(), "r-xr-xr-x");
        try {
            assertThat(asAnotherUser())
                    .contains("copilot.storage.url (in the environment DATABASE_URL)")
                    .contains("data cannot be written");
        } finally {
            rights(place.file().getParent(), "rwxr-xr-x");
        }
    }

    private String asAnotherUser() throws Exception {
        if (!ROOT) {
            return attempt(place);
        }
        List<String> command = List.of(
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, readableClassPath()),
                OtherUser.class.getName(),
                place.file().toString());
        Process process = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A copy of what the process needs, for it may not look into root's folders. */
    private List<String> readableClassPath() throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (Files.exists(from) && !entry.contains("postgres-binaries")) {
                Path copy = temporary.resolve("library" + copies.size() + (Files.isDirectory(from) ? "" : ".jar"));
                copyAll(from, copy);
                copies.add(copy.toString());
            }
        }
        return copies;
    }

    private static void copyAll(Path from, Path to) throws IOException {
        List<Path> files;
        try (var found = Files.walk(from)) {
            files = found.toList();
        }
        for (Path file : files) {
            Path copy =
                    file.equals(from) ? to : to.resolve(from.relativize(file).toString());
            Files.copy(file, copy);
            rights(copy, "rwxr-xr-x");
        }
    }

    private static void rights(Path path, String rights) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
    }
}
