package org.copilotframework.security.aws;

import java.time.Duration;
import java.util.Set;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/**
 * What the errors of KMS mean.
 *
 * @param all what those mean that other services have too
 * @param eachItsOwn whether each tenant has a key of its own
 */
record KmsFailures(Failures all, boolean eachItsOwn) {
    private static final Set<KeyState> LEAVING = Set.of(KeyState.PENDING_DELETION, KeyState.PENDING_REPLICA_DELETION);

    /** Whether the bytes or the context are not those of the wrapping. */
    static boolean isOfContent(SdkException failure) {
        return Set.of("InvalidCiphertextException", "IncorrectKeyException").contains(Failures.name(failure));
    }

    static boolean isOfAbsence(SdkException failure) {
        return Failures.name(failure).equals("NotFoundException");
    }

    static boolean isOfState(SdkException failure) {
        return Failures.name(failure).equals("KMSInvalidStateException");
    }

    static boolean isLeaving(KeyMetadata key) {
        return LEAVING.contains(key.keyState());
    }

    /** What a failure means for who wanted to use a key. */
    CopilotException ofKey(String action, String key, SdkException failure) {
        String name = Failures.name(failure);
        return switch (name) {
            case "AccessDeniedException" ->
                wrong(all.service() + " does not allow " + action + " on the key '" + key
                        + "' to these credentials; allow it by the key's policy or by IAM, as the README of copilot-security-aws"
                        + " says");
            case "NotFoundException" ->
                wrong(all.service() + " has no key '" + key
                        + "'; create the key or the alias, or name another one, or its region");
            case "DisabledException" -> disabled(key, failure);
            case "KMSInvalidStateException" ->
                unusable(
                        "the KMS key '" + key + "' cannot be used in its present state (" + name
                                + "): see what the console of KMS says of it",
                        30,
                        failure);
            case "InvalidKeyUsageException" -> wrong(unfit(key));
            case "InvalidArnException", "ValidationException" ->
                wrong("'" + key + "' is no name of a key that " + all.service() + " knows (" + name + ")");
            default -> all.of(failure);
        };
    }

    /**
     * Refuses a key that cannot wrap.
     *
     * @throws InvalidRequestException if it never can, or not before somebody has changed it
     * @throws UnavailableException if it can once it is ready
     */
    void refuseUnfit(String name, KeyMetadata key) {
        if (key.keySpec() != KeySpec.SYMMETRIC_DEFAULT || key.keyUsage() != KeyUsageType.ENCRYPT_DECRYPT) {
            throw wrong(unfit(name));
        } else if (key.keyManager() == KeyManagerType.AWS) {
            throw wrong("the key '" + name + "' is managed by AWS for another service; create one of your own");
        } else if (isLeaving(key)) {
            throw leaving(name);
        } else if (key.keyState() == KeyState.DISABLED) {
            throw wrong("the key '" + name + "' is disabled; enable it (aws kms enable-key), or name another one");
        } else if (key.keyState() != KeyState.ENABLED) {
            throw new UnavailableException(
                    "the KMS key '" + name + "' is not ready: its state is " + key.keyStateAsString(),
                    Duration.ofSeconds(30));
        }
    }

    private static String unfit(String key) {
        return "the key '" + key + "' cannot wrap keys: what is needed is a symmetric one to encrypt and decrypt"
                + " (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)";
    }

    private CopilotException disabled(String key, SdkException failure) {
        return unusable(
                "the KMS key '" + key + "' is disabled: enable it (aws kms enable-key), or leave it so if what it wraps"
                        + " must not be read",
                60,
                failure);
    }

    /** Of one of many keys it is said that it is that one's own matter, which no other's being well mends. */
    private UnavailableException unusable(String what, int seconds, SdkException failure) {
        return eachItsOwn
                ? new UnavailableException(what, Duration.ofSeconds(seconds), new InvalidRequestException(what))
                : all.unavailable(what, seconds, failure);
    }

    /** For who would wrap by it. */
    InvalidRequestException leaving(String key) {
        return wrong("the key '" + key
                + "' is to be deleted; name another one, or cancel that (aws kms cancel-key-deletion)");
    }

    /** For who has something that it wrapped. */
    ConflictException gone(String key) {
        return new ConflictException("the KMS key '" + key + "', by which a key was wrapped, is deleted or about to be;"
                + " until it is deleted, 'aws kms cancel-key-deletion' and 'aws kms enable-key' bring it back");
    }

    InvalidRequestException stranger(String keyId) {
        return new InvalidRequestException("copilot.encryption.key-wrapper: keys are wrapped by '" + keyId
                + "', which is no key of KMS; choose the wrapper again that they were wrapped by");
    }

    /** A key of several regions, of which this region has no replica. */
    InvalidRequestException noReplica(KeyArn key, String region) {
        return new InvalidRequestException(all.setting("region") + ": keys are wrapped by the multi-Region key '"
                + key.text() + "', which has no replica in " + region
                + "; create one there (aws kms replicate-key), or set it"
                + " to " + key.region());
    }

    InvalidRequestException elsewhere(KeyArn key, String region) {
        return new InvalidRequestException(all.setting("region") + ": keys are wrapped by '" + key.text() + "' in "
                + key.region() + ", and this is " + region + "; set it to that region, or use a multi-Region key");
    }

    private InvalidRequestException wrong(String what) {
        return new InvalidRequestException(all.setting("key-id") + ": " + what);
    }
}
