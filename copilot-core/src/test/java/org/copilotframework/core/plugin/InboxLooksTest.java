package org.copilotframework.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as come and as gone, look by look. */
class InboxLooksTest {
    @TempDir
    Path temporary;

    private Path folder;
    private Inbox inbox;

    @BeforeEach
    void folder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("inbox"));
        inbox = new Inbox(folder);
    }

    private Path write(String name, int size) throws IOException {
        return Files.write(folder.resolve(name), new byte[size]);
    }

    private List<String> look() throws IOException {
        Inbox.Look look = inbox.look(false);
        return java.util.stream.Stream.concat(
                        look.whole().stream().map(file -> "+" + file.getFileName()),
                        look.gone().stream().map(name -> "-" + name))
                .toList();
    }

    @Test
    void aFileIsGoneWhenTwoLooksMissIt() throws IOException {
        Path file = write("a.jar", 1);
        assertThat(look()).isEmpty();
        assertThat(look()).containsExactly("+a.jar");
        Files.delete(file);
        assertThat(look()).isEmpty();
        write("a.jar", 1);
        look();
        Files.delete(file);
        assertThat(look()).isEmpty();
        assertThat(look()).containsExactly("-a.jar");
        assertThat(look()).isEmpty();
    }

    @Test
    void theOldIsNotGoneBeforeTheNewIsWhole() throws IOException {
        Path old = write("a-1.jar", 1);
        inbox.look(true);
        write("a-2.jar", 1);
        Files.delete(old);
        assertThat(look()).isEmpty();
        write("a-2.jar", 2);
        assertThat(look()).isEmpty();
        write("a-2.jar", 3);
        assertThat(look()).isEmpty();
        assertThat(look()).containsExactly("+a-2.jar", "-a-1.jar");
    }

    @Test
    void aFileThatIsWrittenForEverKeepsNoOtherForEver() throws IOException {
        Path file = write("a.jar", 1);
        inbox.look(true);
        Files.delete(file);
        int looks = 0;
        List<String> found = List.of();
        while (found.isEmpty() && looks < 1000) {
            write("log.zip", ++looks);
            found = look();
        }
        assertThat(found).containsExactly("-a.jar");
        assertThat(looks).isLessThan(100);
    }

    @Test
    void aLookThatBreaksOffSwallowsNothing() throws IOException {
        Path file = write("a.jar", 1);
        look();
        Path aside = Files.move(folder, temporary.resolve("aside"));
        assertThatThrownBy(this::look).isInstanceOf(NoSuchFileException.class);
        Files.createFile(folder);
        assertThatThrownBy(this::look).isInstanceOf(NotDirectoryException.class);
        Files.delete(folder);
        Files.move(aside, folder);
        assertThat(file).exists();
        assertThat(look()).containsExactly("+a.jar");
    }
}
