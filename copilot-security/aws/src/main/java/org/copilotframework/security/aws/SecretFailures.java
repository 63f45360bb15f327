package org.copilotframework.security.aws;

import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What the errors of Secrets Manager mean.
 *
 * @param all what those mean that other services have too
 */
record SecretFailures(Failures all) {
    private static final String README = ", as the README of copilot-security-aws says";

    /** Whether there is no such secret, or none with the label. */
    static boolean isOfAbsence(SdkException failure) {
        return Failures.name(failure).equals("ResourceNotFoundException");
    }

    /** Whether it is the KMS key of the secret that cannot be used. */
    static boolean isOfItsKey(SdkException failure) {
        return Failures.name(failure).startsWith("DecryptionFailure");
    }

    /** What a failure means for who wanted to read a secret. */
    CopilotException of(SecretName name, SdkException failure) {
        String code = Failures.name(failure);
        return switch (code) {
            case "AccessDeniedException" ->
                new InvalidRequestException(all.service()
                        + " does not allow secretsmanager:GetSecretValue on the secret '" + name.id()
                        + "' to these credentials, or kms:Decrypt on its key; allow it by IAM" + README);
            case "DecryptionFailure", "DecryptionFailureException" ->
                all.unavailable(
                        all.service() + " cannot decrypt the secret '" + name.id() + "' (" + code
                                + "): see whether its KMS key is enabled",
                        30,
                        failure);
            case "InvalidRequestException" ->
                new InvalidRequestException(all.service() + " does not give out the secret '"
                        + name.id()
                        + "': it is to be deleted (aws secretsmanager restore-secret brings it back), or another service"
                        + " manages it");
            case "InvalidParameterException", "ValidationException" ->
                new InvalidRequestException(
                        all.service() + " knows no secrets of a name such as '" + name.id() + "' (" + code + ")");
            default -> all.of(failure);
        };
    }
}
