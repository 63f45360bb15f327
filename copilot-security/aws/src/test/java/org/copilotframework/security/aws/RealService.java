package org.copilotframework.security.aws;

import java.time.Duration;
import java.util.Optional;

/**
 * AWS itself, in place of the fake, with the credentials that the SDK finds: the key that {@code COPILOT_TEST_KMS_KEY} names by
 * its ARN, and the secret that {@code COPILOT_TEST_AWS_SECRET} names, a text in the SDK's region.
 */
final class RealService {
    private RealService() {}

    static Optional<KmsSettings> key() {
        return Optional.ofNullable(System.getenv("COPILOT_TEST_KMS_KEY"))
                .map(arn -> new KmsSettings(arn, Optional.empty(), Optional.empty(), Duration.ofSeconds(20)));
    }

    static Optional<String> secret() {
        return Optional.ofNullable(System.getenv("COPILOT_TEST_AWS_SECRET"));
    }

    static AwsSecretSettings secrets() {
        return new AwsSecretSettings(Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(20));
    }
}
