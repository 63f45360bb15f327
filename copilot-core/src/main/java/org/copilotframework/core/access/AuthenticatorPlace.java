package org.copilotframework.core.access;

import java.nio.file.Path;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.core.naming.HostTenant;

/** What an authenticator is given. */
public final class AuthenticatorPlace implements AuthenticatorContext {
    private final ProviderContext settings;
    private final KeyValues values;

    /**
     * Makes a place for one.
     *
     * @param name its name
     * @param settings gives its settings
     * @param all the values of the storage
     */
    public AuthenticatorPlace(String name, ProviderContext settings, KeyValues all) {
        this.settings = settings;
        this.values = new OwnValues(all, name);
    }

    @Override
    public <T extends Record> T settings(Class<T> type) {
        return settings.settings(type);
    }

    @Override
    public Path home() {
        return settings.home();
    }

    @Override
    public KeyValues values() {
        return values;
    }

    @Override
    public TenantId host() {
        return HostTenant.ID;
    }
}
