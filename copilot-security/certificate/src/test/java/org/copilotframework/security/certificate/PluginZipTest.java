package org.copilotframework.security.certificate;

import java.util.List;
import org.copilotframework.api.spi.authentication.AuthenticatorProvider;
import org.copilotframework.storage.tck.ProviderZipKit;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-security-certificate";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(AuthenticatorProvider.class, "certificate"));
    }

    @Override
    protected List<String> packed() {
        return List.of();
    }
}
