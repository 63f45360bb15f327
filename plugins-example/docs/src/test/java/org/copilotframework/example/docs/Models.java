package org.copilotframework.example.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** One model for all tests of this JVM. */
final class Models {
    private static final MiniLm MODEL = open();

    private Models() {}

    static MiniLm model() {
        return MODEL;
    }

    private static MiniLm open() {
        try {
            return MiniLm.open(Path.of("target", "work"), 2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
