package org.copilotframework.security.apikey;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way: settings as the host reads them, its storage, its door. */
class ApiKeyHostTest {
    @TempDir
    Path home;

    @Test
    void aKeyInTheSettingsIsEnoughForKeysToBeAskedFor() {
        try (Orchestrator copilot = Hosted.at(home).start()) {
            Hosted.showsThatKeysAreAskedFor(copilot);
        }
    }

    @Test
    void wrongSettingsAreToldByTheirNames() {
        refuses("copilot.security.apikey.remember", "2h");
        refuses("copilot.security.apikey.scopes", "a b");
        refuses("copilot.security.apikey.tenant", "../x");
        refuses("copilot.security.apikey.tenent", "x");
    }

    private void refuses(String setting, String value) {
        try (Orchestrator copilot =
                Hosted.at(home.resolve(setting)).setting(setting, value).start()) {
            assertThatThrownBy(copilot::access)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(setting);
        }
    }
}
