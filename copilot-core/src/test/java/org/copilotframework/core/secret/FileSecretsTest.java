package org.copilotframework.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSecretsTest {
    @TempDir
    Path top;

    private Path folder;
    private FileSecrets secrets;

    @BeforeEach
    void aFolder() throws Exception {
        folder = Files.createDirectory(top.resolve("secrets"));
        secrets = new FileSecrets(folder);
    }

    @Test
    void oneFileIsOneSecretWithoutItsLastLineBreak() throws Exception {
        write("db", "pa$s\\{word}\n");
        write("windows", "x\r\n");
        write("lines", "a\nb\n\n");
        write("some.dotted-Name_1@x#y", "z");
        assertThat(secrets.read("db")).contains(SecretValue.of("pa$s\\{word}"));
        assertThat(secrets.read("windows")).contains(SecretValue.of("x"));
        assertThat(secrets.read("lines")).contains(SecretValue.of("a\nb\n"));
        assertThat(secrets.read("some.dotted-Name_1@x#y")).contains(SecretValue.of("z"));
        assertThat(secrets.read("none")).isEmpty();
    }

    @Test
    void whatItWasBeforeLiesBesideIt() throws Exception {
        write("db", "new\n");
        write("db.previous", "old\n");
        assertThat(secrets.read("db")).contains(new SecretValue("new", Optional.of("old")));
    }

    @Test
    void aFolderThatIsNotThereHasNone() {
        assertThat(new FileSecrets(top.resolve("nowhere")).read("db")).isEmpty();
    }

    @Test
    void noNameLeadsOutOfTheFolder() throws Exception {
        Files.writeString(top.resolve("outside"), "hush");
        Files.createDirectory(folder.resolve("below"));
        write("below/db", "x");
        assertThat(secrets.read("below/db")).contains(SecretValue.of("x"));
        for (String name : List.of(
                "../outside",
                "below/../../outside",
                "below/../below/db",
                top.resolve("outside").toString(),
                "..",
                ".",
                "./db",
                "below",
                "below/",
                "/below/db",
                "..data/db",
                "a\0b",
                "x".repeat(300) + "/..",
                "C:\\x")) {
            assertThat(secrets.read(name)).as(name).isEmpty();
        }
        Files.createSymbolicLink(folder.resolve("leak"), top.resolve("outside"));
        assertThatThrownBy(() -> secrets.read("leak"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is a link that leads out of " + folder)
                .hasMessageNotContaining("hush");
    }

    @Test
    void linksAsKubernetesMakesThemAreFollowedAndExchangedAtOnce() throws Exception {
        for (String state : List.of("..1", "..2")) {
            Path data = Files.createDirectory(folder.resolve(state));
            Files.writeString(data.resolve("db"), "value" + state);
            Files.writeString(data.resolve("db.previous"), "before" + state);
        }
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(folder.resolve("db"), Path.of("..data", "db"));
        Files.createSymbolicLink(folder.resolve("db.previous"), Path.of("..data", "db.previous"));
        assertThat(secrets.read("db")).contains(new SecretValue("value..1", Optional.of("before..1")));

        Files.createSymbolicLink(folder.resolve("..next"), Path.of("..2"));
        Files.move(
                folder.resolve("..next"),
                folder.resolve("..data"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(secrets.read("db")).contains(new SecretValue("value..2", Optional.of("before..2")));
    }

    @Test
    void whatCannotBeASecretIsRefusedWithTheFixAndNeverShown() throws Exception {
        write("empty", "\n");
        write("long", "hush".repeat(SecretSource.MAX_VALUE / 4) + "!");
        write("huge", "hush".repeat(SecretSource.MAX_VALUE));
        Files.write(folder.resolve("binary"), new byte[] {'h', 'u', 's', 'h', (byte) 0xC3, 0x28});
        Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
        assertThatThrownBy(() -> secrets.read("empty")).hasMessageContaining("is empty; write the secret into it");
        assertThatThrownBy(() -> secrets.read("long"))
                .hasMessageContaining("longer than a secret may be, 65536 characters")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> secrets.read("huge")).hasMessageContaining("longer than a secret may be");
        assertThatThrownBy(() -> secrets.read("binary"))
                .hasMessageContaining("not text in UTF-8")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> secrets.read("round")).hasMessageContaining("cannot be read");
        write("just", "x".repeat(SecretSource.MAX_VALUE) + "\n");
        assertThat(secrets.read("just").orElseThrow().current()).hasSize(SecretSource.MAX_VALUE);
    }

    private void write(String name, String content) throws Exception {
        Files.writeString(folder.resolve(name), content);
    }
}
