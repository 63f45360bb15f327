package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.copilotframework.example.docs.Index.IndexedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexerTest {
    private static final BooleanSupplier NEVER = () -> false;

    @TempDir
    Path root;

    private final Indexer indexer = new Indexer(Models.model());
    private final List<String> throughTheModel = new ArrayList<>();

    @Test
    void everyDocumentIsTakenInAndProgressIsReported() throws Exception {
        write("a.md", "# Apples\n\nAn apple is a fruit.\n");
        write("sub/b.txt", "Plain text.");
        Files.write(root.resolve("c.pdf"), Pdfs.of("Page one", "Page two"));
        List<String> progress = new ArrayList<>();

        Indexer.Update update =
                indexer.update(Index.EMPTY, folder(), (path, done, of) -> progress.add(done + "/" + of), NEVER);

        assertThat(update.index().files()).extracting(IndexedFile::path).containsExactly("a.md", "c.pdf", "sub/b.txt");
        assertThat(update.index().passages()).isEqualTo(4);
        assertThat(update.changes()).isEqualTo(3);
        assertThat(update.missing()).isZero();
        assertThat(progress).containsExactly("1/3", "2/3", "3/3");
    }

    @Test
    void onlyWhatChangedGoesThroughTheModelAgain() throws Exception {
        write("a.md", "one");
        write("b.md", "two");
        write("c.md", "three");
        Index first = update(Index.EMPTY).index();
        throughTheModel.clear();
        write("b.md", "two and more");
        Files.delete(root.resolve("c.md"));
        write("d.md", "four");

        Indexer.Update second = update(first);

        assertThat(throughTheModel).containsExactly("b.md", "d.md");
        assertThat(second.changes()).isEqualTo(3);
        assertThat(second.index().files()).extracting(IndexedFile::path).containsExactly("a.md", "b.md", "d.md");
        assertThat(second.index().files().get(0).passages())
                .isSameAs(first.files().get(0).passages());
    }

    @Test
    void withoutChangesTheIndexStaysAsItIs() throws Exception {
        write("a.md", "one");
        Index first = update(Index.EMPTY).index();
        throughTheModel.clear();

        Indexer.Update second = update(first);

        assertThat(second.changes()).isZero();
        assertThat(throughTheModel).isEmpty();
    }

    @Test
    void aMovedOrTouchedFileDoesNotGoThroughTheModel() throws Exception {
        write("a.md", "same words");
        write("t.md", "touched");
        Index first = update(Index.EMPTY).index();
        throughTheModel.clear();
        Files.move(root.resolve("a.md"), root.resolve("moved.md"));
        Files.setLastModifiedTime(
                root.resolve("t.md"), FileTime.from(Instant.now().plusSeconds(60)));

        Indexer.Update second = update(first);

        assertThat(throughTheModel).isEmpty();
        assertThat(second.index().files()).extracting(IndexedFile::path).containsExactly("moved.md", "t.md");
        assertThat(second.index().passages()).isEqualTo(2);
    }

    @Test
    void aChangeWithinTheClocksGrainIsSeenThoughSizeAndTimeAreTheSame() throws Exception {
        Path file = write("a.md", "cat");
        FileTime time = Files.getLastModifiedTime(file);
        Index first = update(Index.EMPTY).index();
        throughTheModel.clear();
        write("a.md", "dog");
        Files.setLastModifiedTime(file, time);

        Indexer.Update second = update(first);

        assertThat(throughTheModel).containsExactly("a.md");
        assertThat(second.index().files().get(0).passages().get(0).passage().text())
                .isEqualTo("dog");
    }

    @Test
    void anUnreadableFileIsReportedEachTimeAndReadOnce() throws Exception {
        write("good.md", "fine");
        Files.write(root.resolve("bad.pdf"), new byte[] {1, 2, 3});
        Files.write(root.resolve("locked.pdf"), Pdfs.encrypted("secret", true, "x"));

        Indexer.Update first = update(Index.EMPTY);
        Indexer.Update second = update(first.index());

        assertThat(first.skipped()).extracting(Skipped::path).containsExactly("bad.pdf", "locked.pdf");
        assertThat(second.skipped()).isEqualTo(first.skipped());
        assertThat(second.changes()).isZero();
        assertThat(second.index().passages()).isEqualTo(1);
    }

    @Test
    void aFileThatAsksForWorkWithoutEndCostsOnlyItself() throws Exception {
        Files.write(root.resolve("bomb.pdf"), Pdfs.formsThatDrawEachOther(20, 10));
        write("good.md", "fine");
        write("deep.md", "# " + "*a ".repeat(20_000) + "\n\n" + "a.".repeat(6_000) + "a");

        Indexer.Update first = update(Index.EMPTY);
        Indexer.Update second = update(first.index());

        assertThat(first.missing()).isZero();
        assertThat(first.skipped()).extracting(Skipped::path).containsExactly("bomb.pdf");
        assertThat(second.changes()).isZero();
        assertThat(new Search(first.index()).find("fine", new float[MiniLm.DIMENSION], 1))
                .extracting(Search.Hit::path)
                .containsExactly("good.md");
    }

    @Test
    void whenTheTimeIsUpInTheMiddleOfAPdfItIsReadTheNextTime() throws Exception {
        Files.write(root.resolve("large.pdf"), Pdfs.formsThatDrawEachOther(20, 10));
        int[] asked = {0};

        Indexer.Update update =
                indexer.update(Index.EMPTY, folder(), (path, done, total) -> {}, () -> asked[0]++ > 1_000);

        assertThat(update.missing()).isEqualTo(1);
        assertThat(update.skipped()).isEmpty();
        assertThat(update.index().files()).isEmpty();
    }

    @Test
    void whenTheTimeIsUpWhatIsDoneIsKeptAndTheNextUpdateGoesOn() throws Exception {
        for (int i = 0; i < 10; i++) {
            write("f" + i + ".md", "document number " + i);
        }

        Indexer.Update first = indexer.update(
                Index.EMPTY,
                folder(),
                (path, done, total) -> throughTheModel.add(path),
                () -> throughTheModel.size() >= 4);
        Indexer.Update second = update(first.index());

        assertThat(first.index().files()).hasSize(4);
        assertThat(first.missing()).isEqualTo(6);
        assertThat(second.index().files()).hasSize(10);
        assertThat(throughTheModel).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void anInterruptEndsTheReadingAndNothingOfItIsLost() throws Exception {
        for (int i = 0; i < 10; i++) {
            write("f" + i + ".md", "document number " + i);
        }

        Indexer.Update first = indexer.update(
                Index.EMPTY,
                folder(),
                (path, done, total) -> {
                    if (done == 3) {
                        Thread.currentThread().interrupt();
                    }
                },
                NEVER);

        assertThat(first.interrupted()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(first.index().files()).hasSize(3);
        assertThat(first.missing()).isEqualTo(7);
        assertThat(first.skipped()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aChangedFileIsFoundInItsEarlierStateUntilItHasBeenReadAgain(int stopAfter) throws Exception {
        write("a.md", "old words");
        Index first = update(Index.EMPTY).index();
        write("a.md", "new words here");

        int[] asked = {0};
        Indexer.Update stopped =
                indexer.update(first, folder(), (path, done, total) -> {}, () -> asked[0]++ >= stopAfter);
        Indexer.Update second = update(stopped.index());

        assertThat(text(stopped.index())).isEqualTo("old words");
        assertThat(stopped.missing()).isEqualTo(1);
        assertThat(stopped.changes()).isZero();
        assertThat(text(second.index())).isEqualTo("new words here");
    }

    @Test
    void anIndexMadeStepByStepIsTheSameAsOneMadeAtOnce() throws Exception {
        write("a.md", "# One\n\nFirst text about trees.");
        Index steps = update(Index.EMPTY).index();
        write("b.md", "# Two\n\nA much longer text about the sea, the shore and the ships that sail between them.");
        steps = update(steps).index();
        Index atOnce = update(Index.EMPTY).index();

        assertThat(steps.files()).usingRecursiveComparison().isEqualTo(atOnce.files());
    }

    @Test
    void aFullIndexTakesNoMoreAndSaysSo() throws Exception {
        write("a.md", "# A\n\na\n\n# B\n\nb\n");
        write("b.md", "# C\n\nc\n\n# D\n\nd\n");
        write("c.md", "# E\n\ne\n");
        Folder small = Folder.open(root, new Limits(10, 1_000, 3));

        Indexer.Update update = indexer.update(Index.EMPTY, small, (path, done, total) -> {}, NEVER);

        assertThat(update.index().files()).extracting(IndexedFile::path).containsExactly("a.md");
        assertThat(update.skipped())
                .containsExactly(
                        new Skipped("b.md", "the index is full (3 passages)"),
                        new Skipped("c.md", "the index is full (3 passages)"));
    }

    private Indexer.Update update(Index old) throws Exception {
        return indexer.update(old, folder(), (path, done, total) -> throughTheModel.add(path), NEVER);
    }

    private Folder folder() throws IOException {
        return Folder.open(root, Limits.DEFAULT);
    }

    private static String text(Index index) {
        return index.files().get(0).passages().get(0).passage().text();
    }

    private Path write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
