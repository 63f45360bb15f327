package org.copilotframework.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What no message may show, nor any of its causes. */
final class Secrets {
    static final List<String> ALL = List.of("upload_id", "PRIVATE KEY", "Bearer", "said by the fake");

    private Secrets() {}

    static void areNotIn(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(ALL);
        }
    }
}
