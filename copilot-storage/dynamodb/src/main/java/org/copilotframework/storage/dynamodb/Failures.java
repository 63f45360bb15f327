package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** What DynamoDB's errors mean. */
final class Failures {
    private static final String CONDITION = "ConditionalCheckFailed";

    /** Of a single request: it was not carried out. */
    private static final Set<String> NOT_NOW = Set.of(
            "ProvisionedThroughputExceededException",
            "ThrottlingException",
            "RequestLimitExceeded",
            "LimitExceededException",
            "ContinuousBackupsUnavailableException",
            "TransactionConflictException",
            "ReplicatedWriteConflictException");

    /** Of one item of a transaction: the transaction was not carried out. */
    private static final Set<String> ITEM_NOT_NOW =
            Set.of("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded");

    private static final Set<String> REFUSED = Set.of(
            "AccessDeniedException",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "IncompleteSignatureException",
            "IncompleteSignature",
            "InvalidClientTokenId",
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken",
            "ExpiredTokenException",
            "NotAuthorized",
            "OptInRequired");

    /** What DynamoDB says of a request that is not made for the table. */
    private static final Pattern OTHER_TABLE = Pattern.compile(
            "(?i)does not have the specified index|match the schema|"
                    + "conditions on the keys is invalid|missed key schema element|missing the key |type mismatch for (index )?key");

    private Failures() {}

    /** Whether a transaction was refused since one of its conditions does not hold. */
    static boolean refuted(SdkException failure) {
        return failure instanceof TransactionCanceledException canceled
                && canceled.hasCancellationReasons()
                && canceled.cancellationReasons().stream().anyMatch(reason -> CONDITION.equals(reason.code()));
    }

    /** Whether to send a request again. */
    static boolean again(SdkException failure, boolean repeatable) {
        if (failure instanceof AbortedException) {
            return false;
        } else if (failure instanceof TransactionCanceledException canceled) {
            return !refuted(canceled) && canceled.cancellationReasons().stream().anyMatch(Failures::notNow);
        } else if (failure instanceof AwsServiceException service) {
            String code = name(service);
            // Another attempt with the same token is still at work.
            return NOT_NOW.contains(code)
                    || code.equals("TransactionInProgressException")
                    // The SDK has learned the difference from the answer, and signs with it from now on.
                    || service.isClockSkewException()
                    || (repeatable && service.statusCode() >= 500);
        }
        return repeatable;
    }

    private static boolean notNow(CancellationReason reason) {
        return reason.code() != null && ITEM_NOT_NOW.contains(reason.code());
    }

    static boolean denied(SdkException failure) {
        return failure instanceof AwsServiceException && REFUSED.contains(name(failure));
    }

    static CopilotException translated(SdkException failure, String store) {
        String name = name(failure);
        if (failure instanceof AbortedException) {
            Thread.currentThread().interrupt();
            return new UnavailableException("the call to " + store + " was interrupted", Duration.ZERO, failure);
        } else if (denied(failure)) {
            return new UnavailableException(
                    store + " refuses the credentials or lacks a permission (" + name
                            + "): its README lists the IAM actions; the log has DynamoDB's own words",
                    Duration.ofSeconds(10),
                    failure);
        } else if (name.equals("ResourceNotFoundException") || isOfTheTable(failure)) {
            // Somebody has changed the table since it was checked: that is no conflict of the caller's with another.
            return new UnavailableException(missing(store), Duration.ofSeconds(30), failure);
        } else if (name.equals("ValidationException") || failure instanceof TransactionCanceledException) {
            return new InvalidRequestException(store + " refuses the content: " + failure.getMessage());
        }
        return new UnavailableException(
                store + " did not answer as expected (" + name + ")", Duration.ofSeconds(1), failure);
    }

    /** Whether a request is refused for the table's keys and indexes, and not for its own content. */
    private static boolean isOfTheTable(SdkException failure) {
        String said = failure instanceof TransactionCanceledException canceled && canceled.hasCancellationReasons()
                ? canceled.cancellationReasons().stream()
                        .map(reason -> String.valueOf(reason.message()))
                        .collect(Collectors.joining("; "))
                : String.valueOf(failure.getMessage());
        return OTHER_TABLE.matcher(said).find();
    }

    static String missing(String store) {
        return "there is no " + store
                + ", or it lacks an index or has other keys: run `copilot migrate`, or create it from the"
                + " CloudFormation template that `copilot migrate --print` prints; or name another one in copilot.storage.url (in the environment"
                + " DATABASE_URL)";
    }

    /** DynamoDB's name of the error, or the name of its class. */
    static String name(SdkException failure) {
        if (failure instanceof AwsServiceException service
                && service.awsErrorDetails() != null
                && service.awsErrorDetails().errorCode() != null) {
            return service.awsErrorDetails().errorCode();
        }
        return failure.getClass().getSimpleName();
    }
}
