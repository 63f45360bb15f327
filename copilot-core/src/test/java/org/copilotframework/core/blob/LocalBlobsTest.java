package org.copilotframework.core.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
    void whatIsWrittenIsReadUntilItIsDeleted() throws IOException {
        BlobInfo written = put("docs/index.bin", "hello");

        assertThat(written.name()).isEqualTo("docs/index.bin");
        assertThat(written.size()).isEqualTo(5);
        assertThat(get("docs/index.bin")).contains("hello");
        assertThat(blobs.stat(ACME, "docs/index.bin")).contains(written);
        put("docs/index.bin", "again");
        assertThat(get("docs/index.bin")).contains("again");
        assertThat(blobs.delete(ACME, "docs/index.bin")).isTrue();
        assertThat(blobs.stat(ACME, "docs/index.bin")).isEmpty();
        assertThat(blobs.delete(ACME, "docs/index.bin")).isFalse();
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

    @Test
    void aWriterMayCloseTheStream() throws IOException {
        blobs.write(ACME, "a", out -> {
            try (out) {
                out.write('x');
            }
        });
        assertThat(get("a")).contains("x");
    }

    static Stream<String> hostileNames() {
        return Stream.of(
                "",
                "/etc/passwd",
                "..",
                "../globex/a",
                "a/../../globex/a",
                "a/./b",
                ".",
                "a//b",
                "a/",
                "nul\0byte",
                "line\nbreak",
                "naïve",
                "\u202Egnp.exe",
                "x".repeat(1025),
                "x".repeat(2048));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void aHostileNameIsRefusedByEachOperation(String name) {
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> put(name, "x"));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> blobs.read(ACME, name));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> blobs.stat(ACME, name));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> blobs.delete(ACME, name));
        assertThat(root).doesNotExist();
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
            assertThat(all.filter(Files::isRegularFile))
                    .hasSize(oddNames().size())
                    .allMatch(file -> file.startsWith(root.resolve("acme")));
        }
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
    void aNameAndAFolderOfThatNameCanBothBe() throws IOException {
        put("a", "1");
        put("a/b", "2");
        put("a/b/c", "3");

        assertThat(names("", "", 10)).containsExactly("a", "a/b", "a/b/c");
    }

    @Test
    void pagesFollowEachOtherInTheOrderOfNames() throws IOException {
        TreeSet<String> all = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            all.add("p" + (i % 4 == 0 ? "/" : i % 4 == 1 ? "-" : i % 4 == 2 ? "0" : "") + i * 7919 % 101 + "/x");
            all.add("x".repeat(190 + i) + (i % 2 == 0 ? "/y" : ""));
        }
        for (String name : all) {
            put(name, "");
        }
        for (int limit : new int[] {1, 3, 1000}) {
            List<String> read = new ArrayList<>();
            List<String> page = names("", "", limit);
            while (!page.isEmpty()) {
                read.addAll(page);
                page = names("", read.get(read.size() - 1), limit);
            }
            assertThat(read).containsExactlyElementsOf(all);
        }
        assertThat(names("p/", "", 1000))
                .containsExactlyElementsOf(
                        all.stream().filter(name -> name.startsWith("p/")).toList());
        assertThat(names("p", "p/", 2))
                .containsExactlyElementsOf(all.tailSet("p/").stream().limit(2).toList());
        assertThat(names("../", "", 10)).isEmpty();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> names("", "", 1001))
                .withMessageContaining("limit");
    }

    @Test
    void tenantsNeverCross() throws IOException {
        put("a", "secret");
        TenantId globex = new TenantId("globex");

        assertThat(blobs.read(globex, "a")).isEmpty();
        assertThat(blobs.list(globex, "", "", 10)).isEmpty();
        assertThat(blobs.delete(globex, "a")).isFalse();
        TenantId longest = new TenantId("T".repeat(128));
        blobs.write(longest, "a", out -> out.write('1'));
        assertThat(blobs.list(longest, "", "", 10)).extracting(BlobInfo::name).containsExactly("a");
        assertThat(get("a")).contains("secret");
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
        assertThat(names("", "", 10)).containsExactly("a");
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
                .map(BlobInfo::name)
                .toList();
    }

    @Test
    void aConditionalWriteReplacesOnlyWhatItsWriterKnows() throws IOException {
        BlobInfo first = putIf(null, "one").orElseThrow();
        assertThat(putIf(null, "two")).isEmpty();
        assertThat(get("m")).contains("one");
        BlobInfo second = putIf(first.tag(), "two").orElseThrow();
        assertThat(blobs.stat(ACME, "m")).contains(second);
        assertThat(second.tag()).isNotEqualTo(first.tag());
        assertThat(putIf(first.tag(), "three")).isEmpty();
        assertThat(get("m")).contains("two");
        blobs.delete(ACME, "m");
        assertThat(putIf(second.tag(), "three")).isEmpty();
        assertThat(putIf(null, "four")).isPresent();
        assertThat(names("", "", 10)).containsExactly("m");
    }

    @Test
    void ofManyConditionalWritersEachCountsOnWhatItRead() throws Exception {
        int writers = 6;
        int each = 25;
        List<CompletableFuture<Void>> all = new ArrayList<>();
        putIf(null, "0");
        for (int i = 0; i < writers; i++) {
            all.add(CompletableFuture.runAsync(() -> count(new LocalBlobs(root), each)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
        assertThat(get("m")).contains(Integer.toString(writers * each));
    }

    private static void count(LocalBlobs own, int times) {
        try {
            for (int done = 0; done < times; ) {
                String tag = own.stat(ACME, "m").orElseThrow().tag();
                int read;
                try (InputStream in = own.read(ACME, "m").orElseThrow()) {
                    read = Integer.parseInt(new String(in.readAllBytes(), UTF_8));
                }
                String next = Integer.toString(read + 1);
                done += own.writeIf(ACME, "m", tag, out -> out.write(next.getBytes(UTF_8)))
                                .isPresent()
                        ? 1
                        : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aClockThatGoesBackGivesNoTagTwice() throws IOException {
        BlobInfo first = putIf(null, "same").orElseThrow();
        Path file = root.resolve("acme").resolve("m");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(Duration.ofHours(1))));
        BlobInfo later = blobs.stat(ACME, "m").orElseThrow();
        BlobInfo next = putIf(later.tag(), "same").orElseThrow();
        assertThat(next.modified()).isAfter(later.modified());
        assertThat(List.of(first.tag(), later.tag(), next.tag())).doesNotHaveDuplicates();
    }

    private Optional<BlobInfo> putIf(@Nullable String expected, String content) throws IOException {
        return blobs.writeIf(ACME, "m", expected, out -> out.write(content.getBytes(UTF_8)));
    }
}
