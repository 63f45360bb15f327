package org.copilotframework.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** How little memory a large file takes: in a process of its own, since the fake keeps its files in this one. */
class GcsHeapTest {
    private static final int MIB = 96;

    @Test
    void aFileLargerThanTheHeapIsWrittenAndRead() throws Exception {
        try (GcsFake fake = new GcsFake()) {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            InLittleMemory.class.getName(),
                            fake.url().toString()))
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said).contains("read " + ((long) MIB << 20));
        }
    }

    /** What runs there. */
    public static final class InLittleMemory {
        private InLittleMemory() {}

        public static void main(String[] arguments) throws Exception {
            byte[] piece = new byte[1 << 20];
            TenantId tenant = new TenantId("acme");
            try (Blobs blobs = GcsUnderTest.at(URI.create(arguments[0])).open()) {
                blobs.write(tenant, "large", out -> {
                    for (int i = 0; i < MIB; i++) {
                        out.write(piece);
                    }
                });
                try (InputStream in = blobs.read(tenant, "large").orElseThrow()) {
                    System.out.println("read " + in.transferTo(OutputStream.nullOutputStream()));
                }
            }
        }
    }
}
