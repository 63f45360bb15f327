package org.copilotframework.api.spi.authentication;

import org.copilotframework.api.ImplementedByHost;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.KeyValues;

/** What the host gives to an authenticator. Safe for use by several threads. */
@ImplementedByHost
public interface AuthenticatorContext extends ProviderContext {
    /**
     * Values of the host's own storage, which all nodes share.
     *
     * @return the values, for keys that begin with the authenticator's name and a slash
     */
    KeyValues values();

    /**
     * The tenant under which an authenticator keeps what belongs to no tenant in particular. Nobody is let in as this one.
     *
     * @return always the same
     */
    TenantId host();
}
