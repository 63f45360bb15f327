package org.copilotframework.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.core.fixture.LogLines;
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
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(secrets.read("db")).contains(new SecretValue("value..2", Optional.of("before..2")));
    }

    @Test
    void whatItWasBeforeMayLieBesideALinkThatIsOneAlone() throws Exception {
        write("db-2", "new");
        write("db-1", "old");
        Files.createSymbolicLink(folder.resolve("db"), Path.of("db-2"));
        Files.createSymbolicLink(folder.resolve("db.previous"), Path.of("db-1"));
        assertThat(secrets.read("db")).contains(new SecretValue("new", Optional.of("old")));
        Files.delete(folder.resolve("db.previous"));
        write("db-2.previous", "beside what it leads to");
        assertThat(secrets.read("db")).contains(new SecretValue("new", Optional.of("beside what it leads to")));
    }

    @Test
    void whatIsWrongWithTheOneBeforeCostsOnlyThat() throws Exception {
        write("db", "new");
        write("db.previous", "\n");
        Files.writeString(top.resolve("outside"), "hush");
        try (LogLines log = LogLines.open()) {
            assertThat(secrets.read("db")).contains(SecretValue.of("new"));
            assertThat(secrets.read("db")).contains(SecretValue.of("new"));
            Files.delete(folder.resolve("db.previous"));
            Files.createSymbolicLink(folder.resolve("db.previous"), top.resolve("outside"));
            assertThat(secrets.read("db")).contains(SecretValue.of("new"));
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0)).contains("'db' was before is not known", "is empty");
            assertThat(log.lines().get(1))
                    .contains("db.previous is a link that leads out of")
                    .doesNotContain("hush");
        }
        Files.delete(folder.resolve("db.previous"));
        write("db.previous", "old");
        assertThat(secrets.read("db")).contains(new SecretValue("new", Optional.of("old")));
    }

    @Test
    void whatIsReadWhileItIsExchangedIsOfOneState() throws Exception {
        Files.createSymbolicLink(folder.resolve("db"), Path.of("..data", "db"));
        Files.createSymbolicLink(folder.resolve("db.previous"), Path.of("..data", "db.previous"));
        AtomicBoolean ended = new AtomicBoolean();
        exchange(0);
        ExecutorService kubelet = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> exchanges = kubelet.submit(() -> {
                int state = 0;
                while (!ended.get()) {
                    exchange(++state);
                }
                return state;
            });
            int read = 0;
            while (read < 300) {
                try {
                    SecretValue value = secrets.read("db").orElseThrow();
                    assertThat(value.previous()).contains("before " + value.current());
                    read++;
                } catch (UnavailableException again) {
                    assertThat(again).hasMessageContaining("was exchanged again and again");
                }
            }
            ended.set(true);
            assertThat(exchanges.get()).isPositive();
        } finally {
            ended.set(true);
            kubelet.shutdownNow();
        }
    }

    @Test
    void aLinkThatLeadsToNothingIsAFaultAndNoAbsence() throws Exception {
        Files.createSymbolicLink(folder.resolve("db"), Path.of("..data", "db"));
        Files.createSymbolicLink(folder.resolve("below"), Path.of("..data", "below"));
        for (String name : List.of("db", "below/db", "below/more/db")) {
            assertThatThrownBy(() -> secrets.read(name))
                    .as(name)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("is a link that leads to nothing");
        }
        Files.createDirectories(folder.resolve("..data/below"));
        assertThat(secrets.read("below/db")).as("not in what is there").isEmpty();
        assertThat(secrets.read("below/more/db")).isEmpty();
        assertThat(secrets.read("none/db")).isEmpty();
        Files.writeString(folder.resolve("..data/below/db"), "there");
        assertThat(secrets.read("below/db")).contains(SecretValue.of("there"));
    }

    /** As the kubelet does: a new folder, a new link in place of the old one, and the old folder is gone. */
    private void exchange(int state) throws Exception {
        Path data = Files.createDirectory(folder.resolve("..state-" + state));
        Files.writeString(data.resolve("db"), "state " + state);
        Files.writeString(data.resolve("db.previous"), "before state " + state);
        Files.createSymbolicLink(folder.resolve("..next"), data.getFileName());
        Files.move(folder.resolve("..next"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        Path old = folder.resolve("..state-" + (state - 1));
        if (Files.exists(old)) {
            Files.delete(old.resolve("db"));
            Files.delete(old.resolve("db.previous"));
            Files.delete(old);
        }
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
