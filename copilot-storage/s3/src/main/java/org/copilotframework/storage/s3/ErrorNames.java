package org.copilotframework.storage.s3;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** The names that S3 and servers like it have for errors, and what kind each is of. What to say of one is the matter of {@link Failures}. */
final class ErrorNames {
    private static final Set<String> OF_THE_REGION = Set.of(
            "PermanentRedirect",
            "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException",
            "InvalidRegionName",
            "HTTP 301");

    /** Valid for a time that is over. */
    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired");

    private static final Set<String> REFUSED = Set.of(
            "AccessDenied",
            "AllAccessDisabled",
            "AccountProblem",
            "InvalidAccessKeyId",
            "InvalidSecurity",
            "InvalidToken",
            "NotSignedUp",
            "SignatureDoesNotMatch",
            "UnauthorizedAccess",
            "HTTP 401",
            "HTTP 403");

    private static final Set<String> THROTTLED = Set.of(
            "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests", "HTTP 429");

    private ErrorNames() {}

    /** S3's name of the error, or its HTTP status, or the name of its class. */
    static String of(SdkException failure) {
        if (failure instanceof AwsServiceException service) {
            @Nullable
            String code = service.awsErrorDetails() == null
                    ? null
                    : service.awsErrorDetails().errorCode();
            return code == null || code.isBlank() ? "HTTP " + service.statusCode() : code;
        }
        return failure.getClass().getSimpleName();
    }

    static boolean isOfRegion(String name) {
        return OF_THE_REGION.contains(name);
    }

    static boolean isOfExpiry(String name) {
        return EXPIRED.contains(name);
    }

    static boolean isOfPermission(String name) {
        return REFUSED.contains(name);
    }

    static boolean isOfHaste(String name) {
        return THROTTLED.contains(name);
    }

    /** Whether there is no such object, as far as a request for one tells. */
    static boolean isOfAbsence(SdkException failure) {
        return failure instanceof SdkServiceException service
                && service.statusCode() == 404
                && Set.of("NoSuchKey", "HTTP 404").contains(of(failure));
    }

    /** Whether a write or a deletion under a condition was not made, since it does not hold or others write at the same time. */
    static boolean isOfCondition(SdkException failure) {
        return failure instanceof SdkServiceException service
                && (service.statusCode() == 412
                        || isOfAbsence(failure)
                        || of(failure).equals("NoSuchUpload")
                        || isOfCollision(failure));
    }

    /** Whether a request was refused, and nothing but its status says why. */
    static boolean isWordless(SdkException failure) {
        return failure instanceof SdkServiceException service
                && service.statusCode() < 500
                && of(failure).equals("HTTP " + service.statusCode());
    }

    /** Whether others write the object at the same time, so that S3 decides for nobody. */
    static boolean isOfCollision(SdkException failure) {
        return of(failure).equals("ConditionalRequestConflict");
    }

    static boolean isOfUpload(SdkException failure) {
        return of(failure).equals("NoSuchUpload");
    }

    static boolean isOfRange(SdkException failure) {
        return failure instanceof SdkServiceException service && service.statusCode() == 416;
    }
}
