package org.copilotframework.storage.tck.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * What no message may show.
 *
 * @param texts such as a key, or what the service itself says of it
 */
public record Canaries(List<String> texts) {
    /**
     * Makes them.
     *
     * @param texts such as a key
     * @return these
     */
    public static Canaries of(String... texts) {
        return new Canaries(List.of(texts));
    }

    /**
     * Demands that an error shows none of them, nor any of its causes.
     *
     * @param error the error
     */
    public void areNotIn(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(texts);
        }
    }
}
