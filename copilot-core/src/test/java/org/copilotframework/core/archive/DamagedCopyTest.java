package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A private copy that is no longer what was accepted is never opened. */
class DamagedCopyTest extends StoredCopies {
    @Test
    void aDamagedCopyIsRefusedAndMadeAnewFromItsSource() throws Exception {
        Path zip = hello("1.0.0")
                .library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(sources);
        StoredPlugin stored = store.accept(zip, null, false);
        String digest = stored.info().digest();
        flip(stored.file());

        assertThatThrownBy(() -> store.reopen(digest))
                .isInstanceOf(RefusedArchiveException.class)
                .hasMessageContaining("no longer what was accepted")
                .hasMessageContaining("install the plugin again");
        assertThat(store.accept(zip, null, false)).isEqualTo(stored);
        assertThat(store.reopen(digest)).isEqualTo(stored);

        Files.delete(stored.classPath().get(1));
        assertThatThrownBy(() -> store.reopen(digest)).hasMessageContaining("l.jar");
        assertThat(store.accept(zip, null, false)).isEqualTo(stored);
        assertThat(store.reopen(digest)).isEqualTo(stored);

        Files.delete(stored.file());
        assertThatThrownBy(() -> store.reopen(digest)).hasMessageContaining("does not exist");
        assertThat(store.accept(zip, null, false)).isEqualTo(stored);
    }

    @Test
    void aCopyThatBecameLongerOrShorterIsDamage() throws Exception {
        for (int ballast : List.of(0, 2 << 20)) { // Compared with what is in memory, and hashed.
            byte[] random = new byte[ballast];
            new Random(1).nextBytes(random);
            Path jar = hello("1.0.0").entry("ballast", random).build(sources);
            StoredPlugin stored = store.accept(jar, null, false);
            String digest = stored.info().digest();
            byte[] whole = Files.readAllBytes(stored.file());
            for (int length : List.of(whole.length + 1, 2 * whole.length, whole.length - 1, 0)) {
                Files.write(stored.file(), Arrays.copyOf(whole, length));

                assertThatThrownBy(() -> store.reopen(digest))
                        .isInstanceOf(RefusedArchiveException.class)
                        .hasMessageContainingAll("no longer what was accepted", "install the plugin again");
                assertThat(store.accept(jar, null, false)).isEqualTo(stored);
                assertThat(stored.file()).hasBinaryContent(whole);
                assertThat(store.reopen(digest)).isEqualTo(stored);
            }
        }
    }

    @Test
    void anUnpackedFileOfTheRightSizeButOtherBytesIsDamage() throws Exception {
        Path zip = hello("1.0.0")
                .library("l.jar", Map.of("lib.L", "package lib; public class L {}"))
                .buildZip(sources);
        StoredPlugin stored = store.accept(zip, null, false);
        String digest = stored.info().digest();
        Path library = stored.classPath().get(1);
        byte[] whole = Files.readAllBytes(library);
        byte[] half = Arrays.copyOf(Arrays.copyOf(whole, whole.length / 2), whole.length);
        for (byte[] bad : List.of(half, new byte[whole.length], new byte[1])) {
            Files.write(library, bad);

            assertThatThrownBy(() -> store.reopen(digest))
                    .isInstanceOf(RefusedArchiveException.class)
                    .hasMessageContaining("no longer what was accepted")
                    .hasMessageContaining("l.jar")
                    .hasMessageContaining("install the plugin again");
            assertThat(store.accept(zip, null, false)).isEqualTo(stored);
            assertThat(library).hasBinaryContent(whole);
            assertThat(store.reopen(digest)).isEqualTo(stored);
        }
    }

    @Test
    void whatWasNeverAcceptedCannotBeReopened() {
        for (String digest : List.of("0".repeat(64), "..", "x", "")) {
            assertThatThrownBy(() -> store.reopen(digest))
                    .isInstanceOf(RefusedArchiveException.class)
                    .hasMessageContaining("is not in")
                    .hasMessageContaining("install the plugin again");
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
