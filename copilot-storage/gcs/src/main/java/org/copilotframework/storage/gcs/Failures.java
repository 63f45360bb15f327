package org.copilotframework.storage.gcs;

import com.google.auth.Retryable;
import com.google.cloud.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.objects.ChangedException;
import org.copilotframework.storage.objects.Refusals;
import org.jspecify.annotations.Nullable;

/**
 * What the client's errors mean. They are no causes of ours and lend no words: they show addresses of requests, and who knows
 * that of an upload may go on with it.
 */
final class Failures {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final String BUCKET = Refusals.BUCKET + ": ";
    private static final String CREDENTIALS = "copilot.blobs.gcs.credentials-file: ";

    private final String bucket;
    private final GcsSettings settings;

    Failures(String bucket, GcsSettings settings) {
        this.bucket = bucket;
        this.settings = settings;
    }

    private enum Kind {
        MISSING,
        DENIED,
        BUSY,
        AWAY,
        REFUSED
    }

    /** What to throw; throws itself what is not an {@link IOException}. */
    IOException of(Throwable failure) {
        StorageException known = known(failure);
        if (known != null && known.getCode() == 412) {
            throw new ChangedException();
        }
        return switch (kind(failure)) {
            case MISSING -> throw new UnavailableException(missing(), RETRY_AFTER);
            case DENIED -> throw new UnavailableException(denied(failure), RETRY_AFTER);
            case BUSY, AWAY -> throw new UnavailableException(away(failure), RETRY_AFTER);
            case REFUSED ->
                new IOException(
                        "Google Cloud Storage refused a request to the bucket '" + bucket + "': " + told(failure));
        };
    }

    /** The same for who asks whether the settings are right. */
    RuntimeException wrong(Throwable failure) {
        return switch (kind(failure)) {
            case MISSING -> new InvalidRequestException(BUCKET + missing());
            case DENIED -> new InvalidRequestException(CREDENTIALS + denied(failure));
            case REFUSED ->
                new InvalidRequestException(
                        BUCKET + "Google Cloud Storage refuses to list '" + bucket + "': " + told(failure));
            case BUSY, AWAY -> new UnavailableException(away(failure), RETRY_AFTER);
        };
    }

    UnavailableException unsigned(Throwable failure) {
        return new UnavailableException(
                "no URL was signed for the bucket '" + bucket + "' (" + told(failure) + "); credentials without a key"
                        + " of their own need the permission iam.serviceAccounts.signBlob on their service account",
                RETRY_AFTER);
    }

    UnavailableException closed() {
        return new UnavailableException("the store in the bucket '" + bucket + "' is closed", Duration.ZERO);
    }

    /** Whether the service knows nothing of what was asked for, or no more. */
    static boolean isGone(Throwable failure) {
        StorageException known = known(failure);
        return known != null && (known.getCode() == 404 || known.getCode() == 410);
    }

    private static Kind kind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // What the service that gives out tokens says.
            if (cause instanceof Retryable token) {
                return token.isRetryable() ? Kind.AWAY : Kind.DENIED;
            }
        }
        StorageException known = known(failure);
        int status = known == null ? 0 : known.getCode();
        return switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 404 -> Kind.MISSING;
            case 408, 429 -> Kind.BUSY;
            case 0 -> Kind.AWAY;
            default -> status >= 500 ? Kind.BUSY : Kind.REFUSED;
        };
    }

    private static @Nullable StorageException known(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException known) {
                return known;
            }
        }
        return null;
    }

    private String missing() {
        return "there is no bucket '" + bucket + "', or these credentials may not know of it";
    }

    private String denied(Throwable failure) {
        return "Google Cloud Storage refuses the credentials for the bucket '" + bucket + "' (" + told(failure)
                + "); whose they are must have the role Storage Object User on it";
    }

    private String away(Throwable failure) {
        String address = settings.endpoint().map(Object::toString).orElse("https://storage.googleapis.com");
        return "Google Cloud Storage at " + address + " did not do what was asked, in " + settings.tries()
                + " tries (copilot.blobs.gcs.tries) of " + settings.timeout().toMillis()
                + " ms (copilot.blobs.gcs.timeout): " + told(failure);
    }

    /** The status and the service's short word for it, or what kind of fault it is: nothing that a request said. */
    private static String told(Throwable failure) {
        StorageException known = known(failure);
        if (known != null && known.getCode() != 0) {
            String reason = known.getReason();
            return known.getCode() + (reason != null && reason.matches("\\w{1,60}") ? " " + reason : "");
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }
}
