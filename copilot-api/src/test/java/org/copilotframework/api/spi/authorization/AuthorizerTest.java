package org.copilotframework.api.spi.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.copilotframework.api.caller.Caller;
import org.junit.jupiter.api.Test;

/** What scopes allow. */
class AuthorizerTest {
    @Test
    void aScopeIsWhatItTakes() {
        Caller ann = Caller.of("acme", "ann", Set.of("agents:invoke:billing-*", "sessions"));
        Authorizer authorizer = Authorizer.byScopes();
        assertThat(authorizer.mayInvoke(ann, "billing-eu")).isTrue();
        assertThat(authorizer.mayInvoke(ann, "hello")).isFalse();
        assertThat(authorizer.may(ann, "sessions:read", "session/s1")).isTrue();
        assertThat(authorizer.may(ann, "plugins:write", "")).isFalse();
    }

    @Test
    void whoDecidesOnAgentsOnlyLeavesTheRestToScopes() {
        Authorizer all = (caller, agent) -> true;
        assertThat(all.may(Caller.of("acme", "ann"), "plugins:write", "")).isFalse();
    }
}
