package org.copilotframework.storage.azure;

import java.io.IOException;
import java.util.function.Supplier;
import org.copilotframework.api.error.CopilotException;

/**
 * Calls Microsoft's client: with the client's own class loader as the thread's, for the caller's may be a plugin's, and with
 * its errors told in our words.
 */
final class Calls {
    private static final ClassLoader LOADER = Calls.class.getClassLoader();

    private final Failures failures;
    private volatile boolean closed;

    Calls(Failures failures) {
        this.failures = failures;
    }

    /**
     * Makes a call.
     *
     * @throws ChangedException if its condition does not hold
     * @throws org.copilotframework.api.error.UnavailableException if the service cannot be reached or refuses the credentials
     * @throws IOException if it refuses the call
     */
    <T> T of(Supplier<T> call) throws IOException {
        try {
            return within(call);
        } catch (CopilotException ours) {
            throw ours;
        } catch (RuntimeException failure) {
            throw failures.of(failure);
        }
    }

    /** Makes a call whose failure says that the settings are wrong. */
    <T> T tried(Supplier<T> call) {
        try {
            return within(call);
        } catch (CopilotException ours) {
            throw ours;
        } catch (RuntimeException failure) {
            throw failures.wrong(failure);
        }
    }

    private <T> T within(Supplier<T> call) {
        if (closed) {
            throw failures.closed();
        }
        Thread thread = Thread.currentThread();
        ClassLoader callers = thread.getContextClassLoader();
        thread.setContextClassLoader(LOADER);
        try {
            return call.get();
        } finally {
            thread.setContextClassLoader(callers);
        }
    }

    void close() {
        closed = true;
    }
}
