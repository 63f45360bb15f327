package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with the keys at this moment, for health. Safe for use by several threads. */
final class Troubles {
    private final Duration life;
    private volatile @Nullable String last;

    Troubles(Duration life) {
        this.life = life;
    }

    void begin(String what) {
        last = what;
    }

    void over() {
        if (last != null) {
            last = null;
        }
    }

    List<String> list() {
        String now = last;
        return now == null
                ? List.of()
                : List.of("a key could not be had anew: " + now + ". Keys in memory are used on, each for at most "
                        + life + " since the wrapper gave it (copilot.encryption.aead.key-life)");
    }
}
