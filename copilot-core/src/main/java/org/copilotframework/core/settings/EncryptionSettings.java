package org.copilotframework.core.settings;

/** How what is stored is encrypted. */
public final class EncryptionSettings {
    private final CoreValues values;

    EncryptionSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return the encryption's name; {@code none} for none} */
    public String provider() {
        return values.of(CoreSettings.ENCRYPTION_PROVIDER);
    }

    /** {@return who wraps keys} */
    public String keyWrapper() {
        return values.of(CoreSettings.ENCRYPTION_KEY_WRAPPER);
    }

    /** {@return where the wrapped keys lie: {@code store}, or a provider of files, a colon and a bucket} */
    public String keys() {
        return values.of(CoreSettings.ENCRYPTION_KEYS);
    }
}
