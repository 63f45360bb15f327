package org.copilotframework.storage.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.copilotframework.api.error.UnavailableException;
import org.junit.jupiter.api.Test;

class UploadTest {
    private static final int MOST = 200_000;

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<Integer> parts = new ArrayList<>();
    private RuntimeException refusal;

    private final Upload upload = new Upload(MOST) {
        @Override
        protected void send(byte[] bytes, int length) {
            if (refusal != null) {
                RuntimeException thrown = refusal;
                refusal = null;
                throw thrown;
            }
            parts.add(length);
            sent.write(bytes, 0, length);
        }
    };

    @Test
    void partsAndTheLastOneAreTheContent() throws IOException {
        byte[] content = new byte[3 * MOST + 17];
        new Random(1).nextBytes(content);
        upload.takeFrom(out -> {
            Random random = new Random(2);
            out.write(content[0]);
            for (int at = 1; at < content.length; ) {
                int piece = Math.min(content.length - at, random.nextInt(90_000));
                out.write(content, at, piece);
                at += piece;
            }
            out.close();
        });
        sent.write(upload.last(), 0, upload.lastLength());

        assertThat(parts).containsExactly(MOST, MOST, MOST);
        assertThat(Arrays.equals(sent.toByteArray(), content)).isTrue();
        assertThat(upload.size()).isEqualTo(content.length);
        assertThat(upload.sha256())
                .isEqualTo(HexFormat.of().formatHex(Digests.sha256().digest(content)));
    }

    /** Only what is followed by more is sent before: a file of one exact part is one request. */
    @Test
    void aFullPartIsTheLastOneIfNothingFollows() throws IOException {
        upload.takeFrom(out -> out.write(new byte[MOST]));
        assertThat(parts).isEmpty();
        assertThat(upload.lastLength()).isEqualTo(MOST);
    }

    @Test
    void aPartThatIsRefusedFailsEvenIfTheWriterDoesNotMind() {
        refusal = new UnavailableException("away", Duration.ZERO);
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> upload.takeFrom(out -> {
                    for (int i = 0; i < 4; i++) {
                        try {
                            out.write(new byte[MOST]);
                        } catch (IOException hidden) {
                            assertThat(hidden.getMessage()).matches("away|an earlier part.*");
                        }
                    }
                }))
                .withMessage("away");
        assertThat(parts).isEmpty();
    }

    @Test
    void whatTheWriterThrowsIsThrownAndAStreamThatIsKeptIsOfNoUse() {
        OutputStream[] kept = new OutputStream[1];
        assertThatIOException()
                .isThrownBy(() -> upload.takeFrom(out -> {
                    kept[0] = out;
                    throw new IOException("source gone");
                }))
                .withMessage("source gone");
        assertThatIOException().isThrownBy(() -> kept[0].write(1)).withMessageContaining("written already");
    }
}
