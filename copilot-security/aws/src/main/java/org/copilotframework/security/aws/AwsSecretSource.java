package org.copilotframework.security.aws;

import java.util.Optional;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretValue;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** Reads secrets that Secrets Manager holds: what has the label AWSCURRENT there, and before it AWSPREVIOUS while that is there. */
final class AwsSecretSource implements SecretSource {
    private static final String CURRENT = "AWSCURRENT";
    private static final String PREVIOUS = "AWSPREVIOUS";
    private static final int TRIES = 3;

    private final Connection<SecretsManagerClient> secrets;
    private final SecretFailures failures;
    private final String prefix;

    private AwsSecretSource(Connection<SecretsManagerClient> secrets, String prefix) {
        this.secrets = secrets;
        this.failures = new SecretFailures(secrets.failures());
        this.prefix = prefix;
    }

    /** Opens it; asks the service nothing. */
    static AwsSecretSource open(AwsSecretSettings settings) {
        return new AwsSecretSource(
                Connection.open(settings.reach(), SecretsManagerClient.builder()),
                settings.prefix().orElse(""));
    }

    @Override
    public Optional<SecretValue> read(String name) {
        return SecretName.of(prefix, name).flatMap(this::read);
    }

    private Optional<SecretValue> read(SecretName name) {
        Deadline deadline = Deadline.in(secrets.reach().timeout());
        for (int i = 1; ; i++) {
            // In this order: if it is changed in between, this one comes back as the previous, which is noticed.
            GetSecretValueResponse current = current(name, deadline);
            if (current == null) {
                return Optional.empty();
            }
            GetSecretValueResponse before = previous(name, deadline);
            boolean changed = before != null && before.versionId().equals(current.versionId());
            if (!changed || i == TRIES) {
                return Optional.of(new SecretValue(
                        SecretText.of(name, current),
                        Optional.ofNullable(before)
                                .filter(one -> !changed)
                                .flatMap(one -> SecretText.ofEarlier(name, one))));
            }
        }
    }

    private @Nullable GetSecretValueResponse current(SecretName name, Deadline deadline) {
        try {
            return version(name, CURRENT, deadline);
        } catch (SdkException failure) {
            if (SecretFailures.isOfAbsence(failure)) {
                return null;
            }
            throw failures.of(name, failure);
        }
    }

    /** Null if there is none that can be had: without the one before, the present one is right all the same. */
    private @Nullable GetSecretValueResponse previous(SecretName name, Deadline deadline) {
        try {
            return version(name, PREVIOUS, deadline);
        } catch (SdkException failure) {
            if (SecretFailures.isOfAbsence(failure)) {
                return null;
            } else if (failures.of(name, failure) instanceof UnavailableException down
                    && !SecretFailures.isOfItsKey(failure)) {
                throw down;
            }
            return null;
        }
    }

    private GetSecretValueResponse version(SecretName name, String label, Deadline deadline) {
        return secrets.send(client -> client.getSecretValue(
                one -> one.secretId(name.id()).versionStage(label).overrideConfiguration(deadline.left())));
    }

    @Override
    public void close() {
        secrets.close();
    }

    /** {@return where it reads, and no secret} */
    @Override
    public String toString() {
        return "AwsSecretSource[" + secrets.failures().service() + "]";
    }
}
