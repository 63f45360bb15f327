package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTest {
    private static final String SECRET = "k5Zz1vQ0nY8m3Rb7Xc2Wd9Lf4Hg6Jt0P";
    private static final String BY_TOKEN = "copilot.security.authenticators=jwt";
    private static final String SIGNED_BY = "copilot.security.jwt.secret=" + SECRET;

    @TempDir
    Path folder;

    @Test
    void aTokenForDevelopmentLetsIn() throws Exception {
        try (Served served = new Served(folder, BY_TOKEN, SIGNED_BY)) {
            String address = served.serve();
            Outcome narrow = served.run("token", "--subject", "alice", "--scope", "agents:read", "--minutes", "5");
            assertThat(narrow.status()).as(narrow.err()).isZero();
            assertThat(narrow.out().strip()).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
            assertThat(narrow.err()).contains("alice, tenant local").doesNotContain(SECRET);
            assertThat(status("GET", address + "/v1/agents", narrow.out())).isEqualTo(200);
            assertThat(status("POST", address + "/v1/agents/greet:invoke", narrow.out()))
                    .isEqualTo(403);
            Outcome all = served.run("token", "--json");
            String token = String.valueOf(all.json("/token"));
            assertThat(status("POST", address + "/v1/agents/greet:invoke", token))
                    .isEqualTo(200);
        }
    }

    private static int status(String method, String url, String token) throws Exception {
        return Served.send(method, url, "Authorization", "Bearer " + token.strip())
                .statusCode();
    }

    @Test
    void whereItIsNoDevelopersMachineNobodySignsOne() throws Exception {
        try (Served served = new Served(folder)) {
            for (String environment : new String[] {"staging", "prod", "enterprise"}) {
                served.settings(BY_TOKEN, SIGNED_BY, "copilot.environment=" + environment);
                Outcome refused = served.run("token");
                assertThat(refused.status()).isEqualTo(4);
                assertThat(refused.out()).isEmpty();
                assertThat(refused.err()).contains("APP_ENV").doesNotContain(SECRET);
            }
        }
    }

    @Test
    void whereNobodyReadsTokensItIsToldHowTheyAreRead() throws Exception {
        try (Served served = new Served(folder, SIGNED_BY)) {
            Outcome refused = served.run("token");
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.err()).contains("COPILOT_SECURITY_AUTHENTICATORS=jwt");
            served.settings(BY_TOKEN, SIGNED_BY);
            assertThat(served.run("token", "--minutes", "1441").err()).contains("--minutes: from 1 to 1440");
        }
    }
}
