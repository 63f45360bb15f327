package org.copilotframework.storage.azure;

import static org.assertj.core.api.Assertions.assertThat;

/** What no message may show, nor any of its causes. */
final class Secrets {
    private Secrets() {}

    static void areNotIn(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain(Azurite.KEY, "canary", "SharedKey", "sig=");
        }
    }
}
