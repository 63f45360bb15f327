package org.copilotframework.storage.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.tck.blob.BlobFaultsTheme;
import org.junit.jupiter.api.Test;

/** What only this service says, beside the kit of faults. */
class AzureFaultsTest extends BlobFaultsTheme<AzureFaults> {
    @Override
    protected AzureFaults start() throws IOException {
        return AzureFaults.start();
    }

    @Test
    void whoIsInterruptedIsToldAndStaysSo() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> blobs().stat(ACME, "a"));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Whatever it is, and whatever the writer does then: no file of which bytes are missing. */
    @Test
    void anInterruptThatTheWriterHidesWritesNothing() throws IOException {
        write("a", "first");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().write(ACME, "a", out -> {
                    out.write(new byte[service().part()]);
                    Thread.currentThread().interrupt();
                    try {
                        out.write(new byte[service().part()]);
                    } catch (IOException | RuntimeException hidden) {
                        assertThat(Thread.interrupted()).isTrue();
                    }
                }));
        assertThat(read("a")).isEqualTo("first");
    }

    @Test
    void blocksThatAnotherWriterMadeTheServiceForgetAreNoHalfFile() throws IOException {
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().write(ACME, "a", out -> {
                    out.write(new byte[3 * service().part()]);
                    write("a", "another");
                }))
                .withMessageContaining("at the same time; write it again");
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> blobs().write(ACME, "b", BlobOptions.NONE.ifAbsent(), out -> {
                    out.write(new byte[3 * service().part()]);
                    write("b", "another");
                }));
        assertThat(read("a")).isEqualTo("another");
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadFails() throws IOException {
        blobs().write(ACME, "a", out -> out.write(new byte[AzureBlobs.READ + 10]));
        try (InputStream in = blobs().read(ACME, "a").orElseThrow()) {
            in.skipNBytes(AzureBlobs.READ);
            write("a", "shorter");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(in::read)
                    .withMessageContaining("replaced or deleted");
        }
    }

    @Test
    void anAccountWithFoldersIsRefusedAtTheStart() {
        blobs().check();
        service().fake().becomeHierarchical();
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(blobs()::check)
                .withMessageContaining("copilot.blobs.azure.account")
                .withMessageContaining("hierarchical namespace");
    }

    /** Such as one with a signature for a container only. */
    @Test
    void whoMayNotAskForTheAccountsKindIsBelieved() {
        service()
                .fake()
                .server()
                .fail(
                        1_000,
                        request -> request.contains("restype=account"),
                        AzureFake.status(403, "AuthorizationFailure"));
        blobs().check();
    }
}
