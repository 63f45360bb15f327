package org.copilotframework.storage.azure;

import com.azure.storage.blob.models.BlobProperties;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.storage.objects.OwnLoader;
import org.jspecify.annotations.Nullable;

/**
 * Calls Microsoft's client, with its errors told in our words.
 */
final class Calls {
    private final Failures failures;
    private volatile boolean closed;

    Calls(Failures failures) {
        this.failures = failures;
    }

    /**
     * Makes a call.
     *
     * @throws org.copilotframework.storage.objects.ChangedException if its condition does not hold
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

    /** A blob as it is there now, or null if it is not; fails as {@link #of} does. */
    @Nullable
    BlobProperties find(Container container, String blob) throws IOException {
        return of(() -> Optional.ofNullable(container.find(blob))).orElse(null);
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
        return OwnLoader.<T, RuntimeException>within(call::get);
    }

    Failures failures() {
        return failures;
    }

    void close() {
        closed = true;
    }
}
