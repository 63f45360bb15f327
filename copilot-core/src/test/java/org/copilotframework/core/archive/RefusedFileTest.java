package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A file that is no archive, not the one that was meant, or not whole yet is refused with the fix. */
class RefusedFileTest extends ArchiveRefusals {
    @Test
    void notAZip() throws Exception {
        assertRefused(
                Files.writeString(folder.resolve("text.jar"), "hello".repeat(100)), "not a ZIP", "build it again");
        assertRefused(Files.write(folder.resolve("empty.jar"), new byte[0]), "not a ZIP", "build it again");
        assertRefused(Files.createDirectory(folder.resolve("folder.jar")), "not a file", "name a plugin's JAR");
        assertRefused(folder.resolve("gone.jar"), "cannot be read", "see that it is there");
    }

    @Test
    void truncated() throws Exception {
        byte[] whole = Files.readAllBytes(good().build(folder));
        Path half = Files.write(folder.resolve("half.jar"), Arrays.copyOf(whole, whole.length / 2));
        assertRefused(half, "truncated", "wait for the end of the copy");
    }

    @Test
    void aLibraryThatIsNoZip() {
        assertRefused(
                good().entry("lib/l.jar", new byte[50]).buildZip(folder), "lib/l.jar cannot be read", "build it again");
    }

    @Test
    void wrongDigest() throws Exception {
        Path jar = good().build(folder);
        String right = store.accept(jar, null, false).info().digest();
        String wrong = "0".repeat(64);
        assertThat(refusal(store, jar, wrong))
                .hasMessageContainingAll("its digest is " + right, wrong, "copy the archive again");
        assertThat(refusal(store, jar, "abc")).hasMessageContainingAll("64 hex digits", "sha256sum");
        assertThat(store.accept(jar, right.toUpperCase(Locale.ROOT), false)
                        .info()
                        .digest())
                .isEqualTo(right);

        Path sidecar = folder.resolve(jar.getFileName() + ".sha256");
        Files.writeString(sidecar, wrong + "  good.jar\n");
        assertRefused(jar, sidecar.getFileName() + " says " + wrong);
        Files.writeString(sidecar, "what?");
        assertRefused(jar, sidecar.getFileName() + " is not 64 hex digits", "sha256sum");
        Files.writeString(sidecar, right + "  good.jar\n");
        assertAccepted(jar);
    }

    @Test
    void noDigestWhereOneIsAskedFor() throws Exception {
        PluginStore strict = new PluginStore(folder.resolve("strict"), SMALL, Trust.DIGEST);
        Path jar = good().build(folder);
        String right = store.accept(jar, null, false).info().digest();
        assertThat(refusal(strict, jar, null)).hasMessageContainingAll("give the digest", ".sha256", "sha256sum");
        assertThat(strict.digests()).isEmpty();
        assertThat(strict.accept(jar, right, false).info().digest()).isEqualTo(right);
        Files.writeString(folder.resolve(jar.getFileName() + ".sha256"), right);
        assertThat(strict.accept(jar, null, false).info().digest()).isEqualTo(right);
    }

    @Test
    void aFileThatIsOverwrittenWhileItIsReadIsTakenWholeOrNotAtAll() throws Exception {
        byte[] first = Files.readAllBytes(good().entry("x", new byte[] {1}).build(folder));
        byte[] second = Files.readAllBytes(good().entry("x", new byte[] {2}).build(folder));
        Path jar = Files.write(folder.resolve("changing.jar"), first);
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            long time = 0;
            while (!stop.get()) {
                try (OutputStream out = Files.newOutputStream(jar)) {
                    byte[] next = time++ % 2 == 0 ? second : first;
                    out.write(next, 0, 100);
                    out.write(next, 100, next.length - 100);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 300; i++) {
                try {
                    Path copy = store.accept(jar, null, false).file();
                    assertThat(Files.readAllBytes(copy)).isIn(first, second);
                } catch (RefusedArchiveException e) {
                    assertThat(e)
                            .hasMessageContaining("changing.jar is refused")
                            .hasMessageContaining("; ");
                }
            }
        } finally {
            stop.set(true);
            writer.join();
        }
    }

    @Test
    void aFileThatGrewWhileItWasReadIsRefused() throws Exception {
        Path jar = good().build(folder);
        ArchiveLimits limits = ArchiveLimits.DEFAULT;
        byte[] large = new byte[3 << 20];
        Path growing = Files.write(folder.resolve("growing.jar"), large);
        // The target is asked for between the first look at the source and the copying.
        IOException refused = catchThrowableOfType(
                IOException.class,
                () -> Intake.read(growing, limits, () -> {
                    Files.setLastModifiedTime(growing, FileTime.fromMillis(0));
                    return folder.resolve("copy");
                }));
        assertThat(refused).hasMessageContainingAll("changed while it was read", "rename it when it is whole");
        assertAccepted(jar);
    }
}
