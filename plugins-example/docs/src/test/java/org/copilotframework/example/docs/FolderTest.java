package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTest {
    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeFolder() throws IOException {
        root = Files.createDirectory(temp.resolve("documents"));
    }

    @Test
    void documentsAreListedByPathAndOtherOrHiddenFilesPassedOver() throws Exception {
        write("b.md", "b");
        write("a/z.txt", "z");
        write("a/picture.png", "-");
        write(".git/description.txt", "hidden");
        write("a/.draft.md", "hidden");

        Folder.Listing listing = open(Limits.DEFAULT).list();

        assertThat(listing.files()).extracting(Folder.Entry::path).containsExactly("a/z.txt", "b.md");
        assertThat(listing.skipped()).isEmpty();
    }

    @Test
    void aLinkOutOfTheFolderIsNotFollowedAndReported() throws Exception {
        Path secret = Files.writeString(temp.resolve("secret.txt"), "password");
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("more.md"), "secret");
        Files.createSymbolicLink(root.resolve("notes.txt"), secret);
        Files.createSymbolicLink(root.resolve("folder.md"), outside);
        Files.createSymbolicLink(root.resolve("sub"), outside);
        Files.createSymbolicLink(root.resolve("gone.md"), temp.resolve("nothing"));

        Folder.Listing listing = open(Limits.DEFAULT).list();

        assertThat(listing.files()).isEmpty();
        assertThat(listing.skipped())
                .containsExactly(
                        new Skipped("folder.md", "it is a link that leads out of the folder"),
                        new Skipped("gone.md", "it is a link to nothing"),
                        new Skipped("notes.txt", "it is a link that leads out of the folder"));
    }

    @Test
    void aFileThatIsExchangedForALinkAfterTheLookIsNotFollowed() throws Exception {
        Path file = write("notes.txt", "harmless");
        Folder folder = open(Limits.DEFAULT);
        Folder.Entry entry = folder.list().files().get(0);
        Files.delete(file);
        Files.createSymbolicLink(file, Files.writeString(temp.resolve("secret.txt"), "password"));

        assertThatThrownBy(() -> folder.content(entry)).isInstanceOf(UnreadableFileException.class);
    }

    @Test
    void linksWithinTheFolderAreFollowedAsKubernetesMountsNeed() throws Exception {
        write("..2024_01/guide.md", "guide");
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..2024_01"));
        Files.createSymbolicLink(root.resolve("guide.md"), Path.of("..data/guide.md"));

        Folder folder = open(Limits.DEFAULT);
        Folder.Listing listing = folder.list();

        assertThat(listing.files()).extracting(Folder.Entry::path).containsExactly("guide.md");
        assertThat(folder.content(listing.files().get(0))).asString().isEqualTo("guide");
    }

    @Test
    void whatIsBeyondTheLimitsIsReported() throws Exception {
        write("a.md", "1");
        write("b.md", "2");
        write("c.md", "3");
        write("large.md", "12345678901");

        Folder.Listing listing = open(new Limits(2, 10, 100)).list();

        assertThat(listing.files()).extracting(Folder.Entry::path).containsExactly("a.md", "b.md");
        assertThat(listing.skipped())
                .containsExactly(
                        new Skipped("c.md", "there are more than 2 files"),
                        new Skipped("large.md", "it is larger than 10 bytes"));
    }

    @Test
    void aFileThatGrowsAfterTheLookIsNotReadBeyondTheLimit() throws Exception {
        Path file = write("a.md", "small");
        Folder folder = open(new Limits(2, 10, 100));
        Folder.Entry entry = folder.list().files().get(0);
        Files.writeString(file, "much larger than that");

        assertThatThrownBy(() -> folder.content(entry)).hasMessage("it is larger than 10 bytes");
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> Folder.open(temp.resolve("nowhere"), Limits.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a folder");
    }

    private Folder open(Limits limits) throws IOException {
        return Folder.open(root, limits);
    }

    private Path write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
