package org.copilotframework.storage.gcs;

import com.google.auth.ServiceAccountSigner;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.StorageException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.copilotframework.storage.objects.OwnLoader;
import org.jspecify.annotations.Nullable;

/**
 * Calls Google's client, with its errors told in our words.
 */
final class Calls {
    private final Failures failures;
    private volatile boolean closed;

    Calls(Failures failures) {
        this.failures = failures;
    }

    /** What is asked of the client. */
    interface Call<T> {
        T make() throws IOException;
    }

    /**
     * Makes a call.
     *
     * @throws org.copilotframework.storage.objects.ChangedException if its condition does not hold
     * @throws org.copilotframework.api.error.UnavailableException if the service cannot be reached or refuses the credentials
     * @throws IOException if it refuses the call
     */
    <T> T of(Call<T> call) throws IOException {
        try {
            return within(call);
        } catch (StorageException | IOException failure) {
            throw failures.of(failure);
        }
    }

    /** An object as it is there now, or null if it is not; fails as {@link #of} does. */
    @Nullable
    Blob find(Bucket bucket, String object) throws IOException {
        return of(() -> Optional.ofNullable(bucket.find(object))).orElse(null);
    }

    /**
     * Makes a call on something that is open, such as a stream.
     *
     * @param isOpen whether it is, when the call has failed
     * @param gone what to say if the service knows it no more, which tells nothing of the bucket
     * @throws IOException also then
     */
    <T> T on(BooleanSupplier isOpen, String gone, Call<T> call) throws IOException {
        try {
            return within(call);
        } catch (StorageException | IOException failure) {
            if (Failures.isGone(failure) && isOpen.getAsBoolean()) {
                throw new IOException(gone);
            }
            throw failures.of(failure);
        }
    }

    /** Makes a call whose failure says that the settings are wrong. */
    <T> T tried(Call<T> call) {
        try {
            return within(call);
        } catch (StorageException | IOException failure) {
            throw failures.wrong(failure);
        }
    }

    /** Makes a URL, for which a service may be asked to sign. */
    Optional<URI> signed(Call<Optional<URI>> call) {
        try {
            return within(call);
        } catch (StorageException | IOException | ServiceAccountSigner.SigningException failure) {
            throw failures.unsigned(failure);
        }
    }

    private <T> T within(Call<T> call) throws IOException {
        if (closed) {
            throw failures.closed();
        }
        return OwnLoader.<T, IOException>within(call::make);
    }

    void close() {
        closed = true;
    }
}
