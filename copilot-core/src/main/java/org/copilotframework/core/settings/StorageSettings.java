package org.copilotframework.core.settings;

/** Where sessions and runs are kept: {@code copilot.storage}. */
public final class StorageSettings {
    private final CoreValues values;

    StorageSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return the address of the storage} */
    public String url() {
        return values.of(CoreSettings.STORAGE_URL);
    }

    /** {@return whether its schema is brought to the present version at start} */
    public boolean migrate() {
        return values.of(CoreSettings.STORAGE_MIGRATE);
    }
}
