package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a signature is asked for, a copy that was taken before shows one too, and is as it was signed. */
class SignedCopyTest extends SignedArchives {
    @Test
    void aCopyThatWasTakenWithoutASignatureIsNotOpenedOnceOneIsAskedFor() throws Exception {
        PluginStore careless = new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.ANY);
        Path jar = jar();
        String digest = careless.accept(jar, null, false).info().digest();

        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.reopen(digest)))
                .hasMessageContaining("it is not signed");
        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.accept(jar, null, false)))
                .hasMessageContaining("it is not signed");
        // It stays for whoever asks for less.
        assertThat(careless.reopen(digest).info().digest()).isEqualTo(digest);
    }

    @Test
    void whatWasUnpackedIsComparedByteByByte() throws Exception {
        StoredPlugin stored = taken(ACME.sign(zip()));
        Path notes = stored.classPath().get(0).resolve("plugin/good/Good.class");
        byte[] forged = forged(Files.readAllBytes(notes));
        Files.write(notes, forged);

        String digest = stored.info().digest();
        assertThat(new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.ANY).reopen(digest))
                .isEqualTo(stored);
        assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> store.reopen(digest)))
                .hasMessageContaining("is not what was unpacked from it");
    }

    @Test
    void aFileThatWasAddedBesideWhatWasUnpackedIsFound() throws Exception {
        Path archive = ACME.sign(zip());
        StoredPlugin stored = taken(archive);
        String digest = stored.info().digest();
        Path classes = stored.classPath().get(0);
        // Before the library's own class of this name.
        Path added = classes.resolve("lib/L.class");
        Files.createDirectories(added.getParent());
        assertThat(store.reopen(digest)).as("an empty folder brings nothing").isEqualTo(stored);

        Files.write(added, new byte[] {1});
        PluginStore careless = new PluginStore(folder.resolve("home"), ArchiveLimits.DEFAULT, Trust.ANY);
        for (PluginStore each : List.of(store, careless)) {
            assertThat(catchThrowableOfType(RefusedArchiveException.class, () -> each.reopen(digest)))
                    .hasMessageContainingAll(
                            added.toString(), "is not what was unpacked from it", "install the plugin");
        }
        assertThat(taken(archive)).isEqualTo(stored);
        assertThat(added).doesNotExist();
    }

    @Test
    void aLinkInThePlaceOfWhatWasUnpackedIsFound() throws Exception {
        StoredPlugin stored = taken(ACME.sign(zip()));
        Path own = stored.classPath().get(0).resolve("plugin");
        Path elsewhere = Files.move(own, folder.resolve("elsewhere"));
        Files.createSymbolicLink(own, elsewhere);

        assertThat(catchThrowableOfType(
                        RefusedArchiveException.class,
                        () -> store.reopen(stored.info().digest())))
                .hasMessageContaining(own + " is not what was unpacked from it");
    }

    /** Other bytes of the same size and checksum: the last four are chosen for that. */
    private static byte[] forged(byte[] bytes) {
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(bytes);
        long wanted = crc.getValue();
        byte[] forged = bytes.clone();
        forged[forged.length - 5] ^= 1;
        crc.reset();
        crc.update(forged, 0, forged.length - 4);
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ 0xEDB88320;
            }
            table[i] = value;
        }
        // Backwards from the checksum that is wanted to the one that is there.
        int state = (int) ~wanted;
        for (int i = 0; i < 4; i++) {
            int index = 0;
            while (table[index] >>> 24 != state >>> 24) {
                index++;
            }
            state = (state ^ table[index]) << 8 | index;
        }
        state ^= (int) ~crc.getValue();
        for (int i = 0; i < 4; i++) {
            forged[forged.length - 4 + i] = (byte) (state >>> 8 * i);
        }
        return forged;
    }
}
