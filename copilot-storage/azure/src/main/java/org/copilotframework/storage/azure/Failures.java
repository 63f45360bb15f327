package org.copilotframework.storage.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.objects.ChangedException;
import org.copilotframework.storage.objects.Refusals;
import org.jspecify.annotations.Nullable;

/**
 * What the client's errors mean. They are no causes of ours and lend no words: they show what was sent, and a signature is part of
 * it.
 */
final class Failures {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final String BUCKET = Refusals.BUCKET + ": ";

    private final String container;
    private final String address;
    private final String credentials;
    private final AzureSettings settings;

    /**
     * Tells of a container.
     *
     * @param address where it is, without secrets
     * @param credentials which setting says whose rights are used
     */
    Failures(String container, String address, String credentials, AzureSettings settings) {
        this.container = container;
        this.address = address;
        this.credentials = credentials;
        this.settings = settings;
    }

    private enum Kind {
        CHANGED,
        MISSING,
        DENIED,
        BUSY,
        AWAY,
        REFUSED
    }

    /** What to throw; throws itself what is not an {@link IOException}. */
    IOException of(RuntimeException failure) {
        return switch (kind(failure)) {
            case CHANGED -> throw new ChangedException();
            case MISSING -> throw new UnavailableException(missing(), RETRY_AFTER);
            case DENIED -> throw new UnavailableException(denied(failure), RETRY_AFTER);
            case BUSY, AWAY -> throw new UnavailableException(away(failure), RETRY_AFTER);
            case REFUSED ->
                new IOException(
                        "Azure Blob Storage refused a request to the container '" + container + "': " + told(failure));
        };
    }

    /** The same for who asks whether the settings are right. */
    RuntimeException wrong(RuntimeException failure) {
        return switch (kind(failure)) {
            case MISSING -> new InvalidRequestException(BUCKET + missing());
            case DENIED -> new InvalidRequestException(credentials + ": " + denied(failure));
            case CHANGED, REFUSED ->
                new InvalidRequestException(
                        BUCKET + "Azure Blob Storage refuses to list '" + container + "': " + told(failure));
            case BUSY, AWAY -> new UnavailableException(away(failure), RETRY_AFTER);
        };
    }

    /** The account has folders, which are no files beside which others may lie. */
    InvalidRequestException hierarchical() {
        return new InvalidRequestException(
                credentials.replace("account-key", "account") + ": the account at " + address
                        + " has a hierarchical namespace (Data Lake Storage), where 'a' cannot lie beside 'a/b'; name one without it");
    }

    UnavailableException closed() {
        return new UnavailableException("the store in the container '" + container + "' is closed", Duration.ZERO);
    }

    /** Whether there is no such blob, in a container that is there. */
    static boolean isAbsent(BlobStorageException failure) {
        return failure.getStatusCode() == 404 && !isOfContainer(failure);
    }

    private static boolean isOfContainer(BlobStorageException failure) {
        BlobErrorCode code = failure.getErrorCode();
        return BlobErrorCode.CONTAINER_NOT_FOUND.equals(code)
                || BlobErrorCode.CONTAINER_BEING_DELETED.equals(code)
                || BlobErrorCode.CONTAINER_DISABLED.equals(code)
                || BlobErrorCode.RESOURCE_NOT_FOUND.equals(code);
    }

    private static Kind kind(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                return Kind.AWAY;
            } else if (cause instanceof BlobStorageException known) {
                return kind(known);
            } else if (cause instanceof ClientAuthenticationException) {
                return Kind.DENIED;
            } else if (cause instanceof IOException || cause instanceof TimeoutException) {
                return Kind.AWAY;
            }
        }
        if (failure instanceof HttpResponseException || failure instanceof UncheckedIOException) {
            return Kind.AWAY;
        }
        throw failure;
    }

    private static Kind kind(BlobStorageException failure) {
        int status = failure.getStatusCode();
        if (isOfContainer(failure)) {
            return Kind.MISSING;
        } else if (BlobErrorCode.BLOB_ALREADY_EXISTS.equals(failure.getErrorCode())
                || BlobErrorCode.CONDITION_NOT_MET.equals(failure.getErrorCode())
                || BlobErrorCode.INVALID_BLOCK_LIST.equals(failure.getErrorCode())
                || (status == 412 && failure.getErrorCode() == null)) {
            return Kind.CHANGED;
        }
        return switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 408, 429 -> Kind.BUSY;
            default -> status >= 500 ? Kind.BUSY : Kind.REFUSED;
        };
    }

    private String missing() {
        return "there is no container '" + container + "' at " + address;
    }

    private String denied(RuntimeException failure) {
        return "Azure Blob Storage at " + address + " refuses the credentials for the container '" + container + "' ("
                + told(failure) + "); whose they are must have the role Storage Blob Data Contributor on it";
    }

    private String away(RuntimeException failure) {
        return "Azure Blob Storage at " + address + " did not do what was asked, in " + settings.tries()
                + " tries (copilot.blobs.azure.tries) of " + settings.timeout().toMillis()
                + " ms (copilot.blobs.azure.timeout): " + told(failure);
    }

    /** The status and the service's short word for it, or what kind of fault it is: nothing that a request said. */
    private static String told(RuntimeException failure) {
        Throwable root = failure;
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BlobStorageException known) {
                return known.getStatusCode() + (known.getErrorCode() == null ? "" : " " + known.getErrorCode());
            }
            root = cause;
        }
        return root.getClass().getSimpleName();
    }
}
