package org.copilotframework.security.aws;

import java.util.Map;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;

/** Wraps by a key that KMS holds, or by one for each tenant. What is wrapped is KMS' own ciphertext, bound to the context. */
final class KmsKeyWrapper implements KeyWrapper {
    private static final int VERSION = 1;

    private final Connection<KmsClient> kms;
    private final KmsFailures failures;
    private final KeyName key;

    private KmsKeyWrapper(Connection<KmsClient> kms, KmsFailures failures, KeyName key) {
        this.kms = kms;
        this.failures = failures;
        this.key = key;
    }

    /**
     * Looks at the key, or of one for each tenant at the host's own, so that a wrong setting is said at the start.
     *
     * @throws InvalidRequestException if there is no such key, it may not be used, or is of another kind
     * @throws org.copilotframework.api.error.UnavailableException if KMS does not answer
     */
    static KmsKeyWrapper open(KmsSettings settings) {
        Connection<KmsClient> kms = Connection.open(settings.reach(), KmsClient.builder());
        try {
            KeyName name = settings.key();
            KmsFailures failures = new KmsFailures(kms.failures(), name.forEachTenant());
            KeyMetadata found = described(kms, failures, name.ofTheHost());
            failures.refuseUnfit(name.ofTheHost(), found);
            // By its ARN from now on, so that an alias that is moved while this process works does not split its keys.
            return new KmsKeyWrapper(kms, failures, name.forEachTenant() ? name : new KeyName(found.arn()));
        } catch (RuntimeException refused) {
            kms.close();
            throw refused;
        }
    }

    private static KeyMetadata described(Connection<KmsClient> kms, KmsFailures failures, String key) {
        try {
            return kms.send(client -> client.describeKey(one -> one.keyId(key))).keyMetadata();
        } catch (SdkException failure) {
            throw failures.ofKey("kms:DescribeKey", key, failure);
        }
    }

    @Override
    public String keyId() {
        return key.text();
    }

    @Override
    public boolean isCurrent(WrappedKey wrapped, Map<String, String> context) {
        if (!key.forEachTenant()) {
            return wrapped.keyId().equals(key.text());
        }
        return wrapped.keyId().equals(described(kms, failures, key.in(context)).arn());
    }

    @Override
    public WrappedKey wrap(byte[] dataKey, Map<String, String> context) {
        String by = key.in(context);
        Deadline deadline = Deadline.in(kms.reach().timeout());
        try {
            EncryptResponse wrapped = kms.send(client -> client.encrypt(one -> one.keyId(by)
                    .plaintext(SdkBytes.fromByteArray(dataKey))
                    .encryptionContext(context)
                    .overrideConfiguration(deadline.left())));
            return new WrappedKey(
                    wrapped.keyId(), VERSION, wrapped.ciphertextBlob().asByteArray());
        } catch (SdkException failure) {
            if (KmsFailures.isOfState(failure) && isGone(by, deadline)) {
                throw failures.leaving(by);
            }
            throw failures.ofKey("kms:Encrypt", by, failure);
        }
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped, Map<String, String> context) {
        KeyArn wrapping = wrapping(wrapped);
        String by = here(wrapping);
        Deadline deadline = Deadline.in(kms.reach().timeout());
        try {
            DecryptResponse opened = kms.send(client -> client.decrypt(one -> one.keyId(by)
                    .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(wrapped.bytes()))
                    .encryptionContext(context)
                    .overrideConfiguration(deadline.left())));
            // No copy, so that who overwrites it overwrites the only one.
            return opened.plaintext().asByteArrayUnsafe();
        } catch (SdkException failure) {
            if (KmsFailures.isOfContent(failure)) {
                throw new ConflictException("a wrapped key is not the one that the KMS key '" + by + "' wrapped for "
                        + context + "; restore it from a backup");
            } else if (KmsFailures.isOfAbsence(failure) && !by.equals(wrapping.text())) {
                throw failures.noReplica(wrapping, kms.region().id());
            } else if (KmsFailures.isOfAbsence(failure) || (KmsFailures.isOfState(failure) && isGone(by, deadline))) {
                throw failures.gone(by);
            }
            throw failures.ofKey("kms:Decrypt", by, failure);
        }
    }

    private KeyArn wrapping(WrappedKey wrapped) {
        if (wrapped.version() != VERSION) {
            throw new ConflictException("a wrapped key is of version " + wrapped.version()
                    + ", and this program knows version " + VERSION + "; use a newer one");
        }
        return KeyArn.of(wrapped.keyId()).orElseThrow(() -> failures.stranger(wrapped.keyId()));
    }

    /** A key as this region calls it. */
    private String here(KeyArn by) {
        return by.in(kms.region().id())
                .orElseThrow(() -> failures.elsewhere(by, kms.region().id()));
    }

    /** Whether a key is deleted, or about to be. KMS has one error for this and for states that pass. */
    private boolean isGone(String by, Deadline deadline) {
        try {
            return KmsFailures.isLeaving(kms.send(
                            client -> client.describeKey(one -> one.keyId(by).overrideConfiguration(deadline.left())))
                    .keyMetadata());
        } catch (SdkException unknown) {
            return KmsFailures.isOfAbsence(unknown);
        }
    }

    @Override
    public void close() {
        kms.close();
    }

    /** {@return by what it wraps} */
    @Override
    public String toString() {
        return "KmsKeyWrapper[" + key + "]";
    }
}
