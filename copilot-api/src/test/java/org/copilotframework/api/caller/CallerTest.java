package org.copilotframework.api.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.KeyValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerTest {
    @ParameterizedTest
    @CsvSource({
        "agents:invoke, agents:invoke, true",
        "agents:invoke, agents:invoke:billing, true",
        "agents:invoke, agents:invoker, false",
        "agents:invoke:billing-*, agents:invoke:billing-eu, true",
        "agents:invoke:billing-*, agents:invoke:other, false",
        "*, tenants:erase, true",
        "agents, tenants:erase, false"
    })
    void aScopeGrantsItselfWhatLiesBelowItAndWhatItsStarCovers(String held, String needed, boolean granted) {
        assertThat(new Principal("ada", Set.of(held)).granted(needed)).isEqualTo(granted);
    }

    @Test
    void callersAreMadeOfNames() {
        Caller caller = Caller.of("acme", "ada");

        assertThat(caller.tenant()).hasToString("acme");
        assertThat(caller.principal().granted(Caller.INVOKE_ANY_AGENT)).isTrue();
        assertThat(caller.principal().granted("plugins:write")).isFalse();
        assertThat(Caller.local().principal().granted("plugins:write")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a/b", ".a", "a b", "ä", "x\u0000"})
    void aTenantsNameIsSafeEverywhere(String name) {
        assertThatThrownBy(() -> new TenantId(name)).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\ud800", "x\u0000"})
    void idsAndKeysAreWellFormedText(String name) {
        assertThatThrownBy(() -> new SessionId(name)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> KeyValues.checkKey(name)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new RunId(name)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void namesHaveTheirLongestLength() {
        assertThat(new SessionId("../😀'%_*".repeat(25)).toString()).hasSize(225);
        assertThat(new RunId("r_1-X")).hasToString("r_1-X");
        assertThat(KeyValues.checkKey("k".repeat(KeyValues.MAX_KEY))).hasSize(KeyValues.MAX_KEY);
        assertThatThrownBy(() -> new SessionId("x".repeat(257))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new TenantId("x".repeat(129))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new Principal("", Set.of())).isInstanceOf(InvalidRequestException.class);
    }
}
