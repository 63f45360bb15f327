package org.copilotframework.core.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is so of a local folder only; what every store of files promises is told by {@link LocalBlobsKitTest}. */
class LocalBlobsTest {
    private static final TenantId ACME = new TenantId("acme");

    @TempDir
    Path folder;

    private Path root;
    private LocalBlobs blobs;

    @BeforeEach
    void open() {
        root = folder.resolve("blobs");
        blobs = new LocalBlobs(root);
    }

    @Test
    void nothingIsMadeBeforeTheFirstWrite() throws IOException {
        assertThat(blobs.read(ACME, "a")).isEmpty();
        assertThat(blobs.list(ACME, "", "", 10)).isEmpty();
        assertThat(blobs.delete(ACME, "a")).isFalse();
        assertThat(root).doesNotExist();
    }

    @Test
    void aWriterThatThrowsLeavesTheEarlierFileAndNoRest() throws IOException {
        put("a", "first");

        assertThatIOException()
                .isThrownBy(() -> blobs.write(ACME, "a", out -> {
                    out.write("half".getBytes(UTF_8));
                    throw new IOException("source gone");
                }))
                .withMessage("source gone");
        assertThat(get("a")).contains("first");
        assertThat(root.resolve(".unfinished")).isEmptyDirectory();
    }

    @Test
    void aReaderKeepsTheContentItOpened() throws IOException {
        put("a", "first");
        try (InputStream open = blobs.read(ACME, "a").orElseThrow()) {
            put("a", "second");
            blobs.delete(ACME, "a");
            assertThat(new String(open.readAllBytes(), UTF_8)).isEqualTo("first");
        }
    }

    static List<String> oddNames() {
        return List.of(
                "..\\..\\globex\\a",
                "C:\\windows",
                "C:/windows",
                "con",
                "CON",
                "nul.txt",
                "com1/lpt9/aux",
                "trailing.",
                " space ",
                "a%2fb",
                "%",
                "a+",
                "a~",
                "...",
                "~",
                "$(rm -rf)",
                "*?<>|\"'`",
                "x".repeat(1024),
                "X".repeat(1024),
                "X/".repeat(511) + "X",
                "x".repeat(200),
                "x".repeat(200) + "/y",
                "x".repeat(201),
                "x".repeat(200) + "-",
                "x".repeat(200) + "con");
    }

    @Test
    void oddNamesAreKeptApartEachWithinItsTenant() throws IOException {
        for (String name : oddNames()) {
            put(name, name);
        }
        for (String name : oddNames()) {
            assertThat(get(name)).as(name).contains(name);
        }
        assertThat(names("", "", 1000)).containsExactlyElementsOf(new TreeSet<>(oddNames()));
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile).filter(file -> !file.startsWith(root.resolve(".locks"))))
                    .hasSize(oddNames().size())
                    .allMatch(file -> file.startsWith(root.resolve("acme")));
        }
    }

    @Test
    void namesThatAreCutIntoSeveralFoldersAreListedInTheirOrder() throws IOException {
        TreeSet<String> all = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            all.add("x".repeat(190 + i) + (i % 2 == 0 ? "/y" : ""));
        }
        for (String name : all) {
            put(name, "");
        }
        List<String> read = new ArrayList<>();
        for (List<String> page = names("", "", 3); !page.isEmpty(); page = names("", read.get(read.size() - 1), 3)) {
            read.addAll(page);
        }
        assertThat(read).containsExactlyElementsOf(all);
    }

    @Test
    void namesThatDifferInCaseOnlyDoNotClashOnAnyFileSystem() throws IOException {
        List<String> names = List.of("readme", "README", "ReadMe", "a/b", "A/b", "a/B");
        for (String name : names) {
            put(name, name);
            blobs.write(new TenantId("ACME"), name, out -> out.write('!'));
        }
        try (Stream<Path> all = Files.walk(root)) {
            assertThat(all.map(path -> path.toString().substring(root.toString().length()))
                            .filter(path -> !path.toLowerCase(Locale.ROOT).equals(path)))
                    .as("a path below the root has no upper-case letter, so case cannot matter")
                    .isEmpty();
        }
        assertThat(get("README")).contains("README");
        assertThat(names("", "", 10)).containsExactly("A/b", "README", "ReadMe", "a/B", "a/b", "readme");
    }

    @Test
    void aSymbolicLinkLeadsNowhere() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "outside");
        put("a", "inside");
        Files.createSymbolicLink(root.resolve("acme/link"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("acme/dir+"), outside);
        Files.createSymbolicLink(root.resolve("globex"), outside);

        assertThat(get("link")).isEmpty();
        assertThat(get("dir/secret")).isEmpty();
        assertThat(blobs.stat(ACME, "dir/secret")).isEmpty();
        assertThat(blobs.delete(ACME, "dir/secret")).isFalse();
        assertThat(names("", "", 10)).containsExactly("a");
        assertThat(blobs.list(new TenantId("globex"), "", "", 10)).isEmpty();
        assertThatIOException().isThrownBy(() -> put("dir/new", "x")).withMessageContaining("remove it");
        put("link", "a file of its own now");
        assertThat(outside).isDirectoryNotContaining(file -> !file.endsWith("secret"));
        assertThat(outside.resolve("secret")).hasContent("outside");
    }

    @Test
    void filesThatOthersPutThereAreNotListed() throws IOException {
        put("a", "");
        for (String name : List.of("Upper", "bad%zz", "nul%00", "sp ace", "tail.", "con", "%61")) {
            Files.writeString(root.resolve("acme").resolve(name), "");
        }
        Files.writeString(root.resolve("acme").resolve("foreign"), "it has no end as ours have");
        assertThat(names("", "", 10)).containsExactly("a");
        assertThat(get("foreign")).isEmpty();
        assertThat(blobs.stat(ACME, "foreign")).isEmpty();
    }

    @Test
    void whatACrashLeftUnfinishedIsRemovedADayLater() throws IOException {
        Path unfinished = Files.createDirectories(root.resolve(".unfinished"));
        Path old = Files.createFile(unfinished.resolve("old"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path young = Files.createFile(unfinished.resolve("young"));
        put("a", "");

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void aDamagedFileIsToldAndCanBeErased() throws IOException {
        put("a", "content");
        Path file = root.resolve("acme/a");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 40] ^= 1;
        Files.write(file, bytes);

        assertThatIOException().isThrownBy(() -> blobs.stat(ACME, "a")).withMessageContaining("damaged");
        assertThatIOException().isThrownBy(() -> blobs.read(ACME, "a")).withMessageContaining("damaged");
        put("b", "whole");
        assertThat(names("", "", 10)).as("it can be found and deleted").containsExactly("a", "b");
        assertThat(blobs.erase(ACME)).isEqualTo(2);
        assertThat(root.resolve("acme")).doesNotExist();
    }

    @Test
    void anErasedTenantLeavesNothingEvenIfOthersPutItThere() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "stays");
        put("a/b", "1");
        Files.writeString(root.resolve("acme").resolve("foreign"), "of the tenant, too");
        Files.createSymbolicLink(root.resolve("acme/link"), outside);
        blobs.write(new TenantId("globex"), "a", out -> out.write('g'));

        assertThat(blobs.erase(ACME)).isEqualTo(1);

        assertThat(root.resolve("acme")).doesNotExist();
        assertThat(outside).hasContent("stays");
        assertThat(blobs.stat(new TenantId("globex"), "a")).isPresent();
    }

    @Test
    void aFolderGoesWithItsLastFileUpToTheTenants() throws IOException {
        put("a/b/c", "");
        put("a/d", "");
        put("l".repeat(500) + "/x", "");
        blobs.delete(ACME, "a/b/c");
        assertThat(root.resolve("acme/a+/b+")).doesNotExist();
        assertThat(names("", "", 10)).hasSize(2).contains("a/d");
        blobs.delete(ACME, "l".repeat(500) + "/x");
        blobs.delete(ACME, "a/d");
        assertThat(root.resolve("acme")).isEmptyDirectory();
        put("a/b/c", "again");
        assertThat(get("a/b/c")).contains("again");
    }

    @Test
    void aFolderWithSomethingOfOthersStays() throws IOException {
        put("a/b", "");
        Files.writeString(root.resolve("acme/a+/foreign"), "");
        blobs.delete(ACME, "a/b");
        assertThat(root.resolve("acme/a+/foreign")).exists();
    }

    /** One writes into the folder that another removes. */
    @Test
    void filesThatComeAndGoInOneFolderDisturbEachOtherNot() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = "x/y/" + i;
                all.add(threads.submit(() -> {
                    int whole = 0;
                    for (int turn = 0; turn < 50; turn++) {
                        put(name, name);
                        whole += get(name).equals(Optional.of(name)) && blobs.delete(ACME, name) ? 1 : 0;
                    }
                    return whole;
                }));
            }
            for (Future<Integer> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(50);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(root.resolve("acme")).isEmptyDirectory();
    }

    @Test
    void twoPathsToOneFolderAreOneStore() throws IOException {
        put("a", "first");
        Path link = Files.createSymbolicLink(folder.resolve("mounted-elsewhere"), root);
        LocalBlobs elsewhere = new LocalBlobs(link);
        Path locks = root.resolve(".locks");
        elsewhere.write(
                ACME,
                "a",
                BlobOptions.NONE.ifVersion(blobs.stat(ACME, "a").orElseThrow().version()),
                out -> {
                    out.write('2');
                });
        assertThat(get("a")).contains("2");
        assertThat(locks).isDirectoryContaining(file -> true);
        try (Stream<Path> used = Files.list(locks)) {
            assertThat(used).as("both take the same lock").hasSize(1);
        }
    }

    @Test
    void aFolderThatCannotBeOneIsToldBeforehand() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> new LocalBlobs(file).check())
                .withMessageContaining("copilot.blobs.bucket")
                .withMessageContaining("STORAGE_BUCKET");
        new LocalBlobs(folder.resolve("not/there/yet")).check();
        assertThat(folder.resolve("not")).doesNotExist();
    }

    private BlobInfo put(String name, String content) throws IOException {
        return blobs.write(ACME, name, out -> out.write(content.getBytes(UTF_8)));
    }

    private Optional<String> get(String name) throws IOException {
        try (InputStream in = blobs.read(ACME, name).orElse(null)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), UTF_8));
        }
    }

    private List<String> names(String prefix, String after, int limit) throws IOException {
        return blobs.list(ACME, prefix, after, limit).stream()
                .map(BlobEntry::name)
                .toList();
    }
}
