package org.copilotframework.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/** Where a person types, if there is one. */
final class Keyboard {
    private final BufferedReader lines;
    private final boolean terminal;

    Keyboard(InputStream in, Charset charset, boolean terminal) {
        this.lines = new BufferedReader(new InputStreamReader(in, charset));
        this.terminal = terminal;
    }

    /** Whether a person can be asked. */
    boolean isTerminal() {
        return terminal;
    }

    /** Waits for a line; null at the end of the input. */
    @Nullable
    String line() {
        try {
            return lines.readLine();
        } catch (IOException broken) {
            throw new UncheckedIOException("standard input cannot be read", broken);
        }
    }
}
