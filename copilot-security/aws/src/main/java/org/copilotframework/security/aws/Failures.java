package org.copilotframework.security.aws;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What the errors mean that all services of AWS have in common. No message of a service is passed on, as it may show anything. */
final class Failures {
    /** Valid for a time that is over. */
    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");

    private static final Set<String> OF_THE_CLOCK =
            Set.of("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture");

    private static final Set<String> UNKNOWN_CREDENTIALS = Set.of(
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "NotAuthorized",
            "OptInRequired",
            "HTTP 401",
            "HTTP 403");

    private final Reach reach;
    private final String service;

    /**
     * For one service.
     *
     * @param reach how it is reached
     * @param service its name with its place
     */
    Failures(Reach reach, String service) {
        this.reach = reach;
        this.service = service;
    }

    /** The service's name with its place. */
    String service() {
        return service;
    }

    String setting(String name) {
        return reach.setting(name);
    }

    /** What a failure means that is not of this service alone. */
    CopilotException of(SdkException failure) {
        String name = name(failure);
        if (failure instanceof AbortedException || first(failure) instanceof AbortedException) {
            Thread.currentThread().interrupt();
            return unavailable("the call to " + service + " was interrupted", 0, failure);
        } else if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return unavailable(
                    service + " did not answer within " + reach.timeout().toMillis() + " ms (" + reach.settings()
                            + "timeout)",
                    1,
                    failure);
        } else if (EXPIRED.contains(name)) {
            return unavailable(
                    service + " refuses the credentials: they have expired (" + name
                            + "); the AWS SDK looks for new ones where it found these, so renew them there",
                    10,
                    failure);
        } else if (OF_THE_CLOCK.contains(name) || isOfSignatureTime(failure)) {
            return unavailable(
                    service + " refuses the time of the request (" + name + "): set the clock of this machine right",
                    10,
                    failure);
        } else if (UNKNOWN_CREDENTIALS.contains(name)) {
            return new InvalidRequestException(service + " does not know the credentials, or refuses them (" + name
                    + "): see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or the machine's role");
        } else if (failure instanceof SdkServiceException one && one.isThrottlingException()) {
            return unavailable(service + " asks to slow down (" + name + ")", 5, failure);
        } else if (failure instanceof SdkServiceException) {
            return unavailable(service + " did not answer as expected (" + name + ")", 1, failure);
        } else if (String.valueOf(failure.getMessage()).startsWith("Unable to load credentials")) {
            return unavailable(
                    "the AWS SDK finds no credentials for " + service
                            + " any more: see AWS_ACCESS_KEY_ID, AWS_PROFILE or the machine's role",
                    10,
                    failure);
        }
        return unavailable(service + " cannot be reached (" + cause(failure) + ")", 1, failure);
    }

    UnavailableException unavailable(String what, int seconds, SdkException failure) {
        return new UnavailableException(what, Duration.ofSeconds(seconds), failure);
    }

    /** The one name stands for a wrong signature and for one that is too old. */
    private static boolean isOfSignatureTime(SdkException failure) {
        String message = String.valueOf(failure.getMessage());
        return name(failure).equals("InvalidSignatureException")
                && (message.contains("Signature expired") || message.contains("Signature not yet current"));
    }

    private String cause(SdkException failure) {
        Throwable first = first(failure);
        return first instanceof UnknownHostException
                ? "there is no such host: see " + reach.settings() + "endpoint and region"
                : first.getClass().getSimpleName();
    }

    private static Throwable first(SdkException failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first;
    }

    /** AWS' name of the error, or its HTTP status, or the name of its class. */
    static String name(SdkException failure) {
        if (failure instanceof AwsServiceException service) {
            @Nullable
            String code = service.awsErrorDetails() == null
                    ? null
                    : service.awsErrorDetails().errorCode();
            return code == null || code.isBlank() ? "HTTP " + service.statusCode() : code;
        }
        return failure.getClass().getSimpleName();
    }
}
