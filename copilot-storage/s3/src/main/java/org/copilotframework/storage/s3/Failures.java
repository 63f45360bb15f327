package org.copilotframework.storage.s3;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.storage.objects.Refusals;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What S3's errors mean. */
final class Failures {
    private static final String REGION = "copilot.blobs.s3.region (in the environment COPILOT_BLOBS_S3_REGION)";
    private static final String KMS_KEY = "copilot.blobs.s3.kms-key (in the environment COPILOT_BLOBS_S3_KMS_KEY)";

    private final String store;
    private final String bucket;
    private final S3Settings settings;
    private final AtomicInteger reading;

    /**
     * Tells of a bucket.
     *
     * @param store how it is called in messages
     * @param reading how many files are open for reading
     */
    Failures(String store, String bucket, S3Settings settings, AtomicInteger reading) {
        this.store = store;
        this.bucket = bucket;
        this.settings = settings;
        this.reading = reading;
    }

    /** What a failure means at the start, when a wrong setting is what it comes from. */
    CopilotException atStart(SdkException failure) {
        String name = ErrorNames.of(failure);
        if (name.equals("NoSuchBucket")) {
            return new InvalidRequestException(missing());
        } else if (ErrorNames.isOfRegion(name)) {
            return new InvalidRequestException(elsewhere(failure));
        } else if (ErrorNames.isOfPermission(name)) {
            return new InvalidRequestException(refused(name));
        }
        return translated(failure);
    }

    /** What a failure means at any other time. */
    CopilotException translated(SdkException failure) {
        String name = ErrorNames.of(failure);
        if (failure instanceof AbortedException) {
            Thread.currentThread().interrupt();
            return unavailable("the call to " + store + " was interrupted", 0, failure);
        } else if (!(failure instanceof SdkServiceException) && reading.get() >= settings.maxConnections()) {
            return unavailable(
                    "files that are open for reading hold all " + settings.maxConnections() + " connections to " + store
                            + " (copilot.blobs.s3.max-connections), one each until it is closed or read to its end; close"
                            + " them, or set more",
                    5,
                    failure);
        } else if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return unavailable(
                    store + " did not answer within " + settings.timeout().toMillis()
                            + " ms (copilot.blobs.s3.timeout)",
                    1,
                    failure);
        } else if (name.equals("NoSuchBucket")) {
            return unavailable(missing(), 30, failure);
        } else if (ErrorNames.isOfRegion(name)) {
            return unavailable(elsewhere(failure), 30, failure);
        } else if (ErrorNames.isOfExpiry(name)) {
            return unavailable(
                    store + " refuses the credentials: they have expired (" + name
                            + "); the AWS SDK looks for new ones where" + " it found these, so renew them there",
                    10,
                    failure);
        } else if (ErrorNames.isOfPermission(name)) {
            return unavailable(refused(name), 10, failure);
        } else if (ErrorNames.isOfHaste(name)) {
            return unavailable(store + " asks to slow down (" + name + ")", 5, failure);
        } else if (name.startsWith("KMS.")) {
            return unavailable(store + " cannot use the KMS key (" + name + "): see " + KMS_KEY, 10, failure);
        } else if (name.equals("MetadataTooLarge")) {
            return new InvalidRequestException("metadata: S3 keeps 2 KB with all names, and this is more");
        } else if (name.equals("EntityTooLarge")) {
            return new InvalidRequestException("the file is larger than " + store + " takes");
        } else if (name.equals("InvalidObjectState")) {
            return unavailable(
                    "the file was moved to an archive and must be restored first (" + name + ")", 60, failure);
        } else if (name.equals("NotImplemented")) {
            return unavailable(
                    store
                            + " lacks something that is needed (NotImplemented): see what a server must be able to do in the README"
                            + " of copilot-storage-s3",
                    60,
                    failure);
        } else if (!(failure instanceof SdkServiceException)) {
            return unavailable(store + " cannot be reached (" + cause(failure) + ")", 1, failure);
        }
        return unavailable(store + " did not answer as expected (" + name + ")", 1, failure);
    }

    /** The same for who reads or writes a stream: an {@link IOException} that says it all. */
    IOException inStream(String what, CopilotException failure) {
        return new IOException(what + ": " + failure.getMessage(), failure);
    }

    private static UnavailableException unavailable(String what, int seconds, SdkException failure) {
        return new UnavailableException(what, Duration.ofSeconds(seconds), failure);
    }

    private String missing() {
        return Refusals.BUCKET + ": there is no bucket '" + bucket + "'; create it, or name another one";
    }

    private String elsewhere(SdkException failure) {
        String there = failure instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? Optional.ofNullable(service.awsErrorDetails().sdkHttpResponse())
                        .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"))
                        .map(region -> ": it is in " + region)
                        .orElse("")
                : "";
        return REGION + ": the bucket '" + bucket + "' is in another region" + there;
    }

    private String refused(String name) {
        return store + " refuses the credentials or lacks a permission (" + name
                + "): see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or the machine's role, and the IAM"
                + " actions in the README of copilot-storage-s3";
    }

    private static String cause(SdkException failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first instanceof UnknownHostException
                ? "there is no such host: see copilot.blobs.s3.endpoint and region"
                : first.getClass().getSimpleName();
    }
}
