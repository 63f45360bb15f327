package org.copilotframework.security.encryption;

import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/** What to say of content that is not what was written. It is said as the host says it of content that it cannot read. */
final class Damage {
    private static final Duration RETRY = Duration.ofMinutes(1);

    private Damage() {}

    static UnavailableException of(String what, @Nullable Throwable cause) {
        return new UnavailableException(
                what + " cannot be decrypted: it is not what was written there; restore it from a backup",
                RETRY,
                new NotAsWritten(cause));
    }

    /**
     * Whether something is wrong with what is one tenant's own, and not with somebody who serves all: it is not what was written, or
     * the wrapper says that it is this key only that cannot be used.
     */
    static boolean isOfOne(UnavailableException error) {
        return error.getCause() instanceof NotAsWritten || error.getCause() instanceof InvalidRequestException;
    }

    /** Tells this from what passes, as both are the same to a caller. */
    private static final class NotAsWritten extends Exception {
        private static final long serialVersionUID = 1L;

        NotAsWritten(@Nullable Throwable cause) {
            super("not what was written", cause);
        }
    }

    /** The wrapper says why, such as that its own key is gone. */
    static UnavailableException ofKey(TenantId tenant, ConflictException why) {
        return new UnavailableException(
                "the key of tenant '" + tenant + "' cannot be unwrapped: " + why.getMessage(),
                RETRY,
                new NotAsWritten(why));
    }

    static UnavailableException keyless(String what) {
        return new UnavailableException(
                what
                        + " cannot be decrypted: the key that it was encrypted with is gone, as after an erase of its tenant",
                RETRY);
    }

    static UnavailableException plain(String what) {
        return new UnavailableException(
                what + " is not encrypted, but copilot.encryption.provider says that all is; it was written without"
                        + " encryption, or by somebody else",
                RETRY);
    }
}
