package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandsTest {
    private static final String ASKED = "copilot.security.authenticators=apikey";
    private static final String AT_ONCE = "copilot.security.apikey.remember=0s";
    private static final String SECRET = "copilot.security.apikey.secret=k5Zz1vQ0nY8m3Rb7Xc2Wd9Lf4Hg6Jt0P";

    @TempDir
    Path folder;

    @Test
    void aKeyLetsInFromWhenItIsMadeUntilItIsRevoked() throws Exception {
        try (Served served = new Served(folder, ASKED, AT_ONCE)) {
            String greet = served.serve() + "/v1/agents/greet:invoke";
            String key = made(served.run("keys", "create", "--subject", "alice", "--scope", "agents:invoke"));
            assertThat(call(greet, key)).isEqualTo(200);
            String id = key.split("_")[1];

            String next = made(served.run("keys", "rotate", id, "--overlap", "1h"));
            assertThat(next).isNotEqualTo(key).contains(id);
            assertThat(List.of(call(greet, key), call(greet, next))).containsOnly(200);
            String last = made(served.run("keys", "rotate", id));
            assertThat(List.of(call(greet, key), call(greet, next))).containsOnly(401);
            assertThat(call(greet, last)).isEqualTo(200);

            // All of the key is as good as its id, so that who finds one somewhere ends it at once.
            Outcome revoked = served.run("keys", "revoke", last);
            assertThat(revoked.status()).isZero();
            assertThat(revoked.out()).isEqualTo("revoked key " + id + "\n");
            assertThat(call(greet, last)).isEqualTo(401);
            Outcome again = served.run("keys", "revoke", last);
            assertThat(again.status()).isEqualTo(5);
            assertThat(again.err()).contains("there is no such API key").doesNotContain(last);
        }
    }

    @Test
    void aKeyThatIsMadeAfterTheSecretWasSetIsGoodFromThenOn() throws Exception {
        try (Served served = new Served(folder, ASKED, AT_ONCE, SECRET)) {
            Outcome made = served.run("keys", "create", "--subject", "alice", "--scope", "agents:invoke");
            assertThat(made.err()).doesNotContain("SECRET_KEY");
            assertThat(call(served.serve() + "/v1/agents/greet:invoke", made(made)))
                    .isEqualTo(200);
        }
    }

    @Test
    void aKeyOfBeforeTheSecretIsLetInOnceItIsAccepted() throws Exception {
        try (Served served = new Served(folder, ASKED, AT_ONCE)) {
            Outcome made = served.run("keys", "create", "--subject", "alice", "--scope", "agents:invoke");
            assertThat(made.err().replaceAll("\\s+", " ")).contains("set SECRET_KEY before keys are made");
            String key = made(made);
            served.settings(ASKED, AT_ONCE, SECRET);
            String greet = "/v1/agents/greet:invoke";
            assertThat(call(served.serve() + greet, key)).isEqualTo(401);
            served.end();

            served.settings(ASKED, AT_ONCE, SECRET, "copilot.security.apikey.accept-plain=true");
            assertThat(call(served.serve() + greet, key)).isEqualTo(200);
            served.end();

            // It was used, and is sealed now.
            served.settings(ASKED, AT_ONCE, SECRET);
            assertThat(call(served.serve() + greet, key)).isEqualTo(200);
        }
    }

    /** The key alone, which is shown nowhere else. */
    private static String made(Outcome outcome) {
        assertThat(outcome.status()).as(outcome.err()).isZero();
        String key = outcome.out().strip();
        assertThat(outcome.out()).isEqualTo(key + System.lineSeparator());
        assertThat(key).matches("ck_[a-z2-7]{12}_[0-9A-Za-z]{49}");
        assertThat(outcome.err()).contains("once only").doesNotContain(key);
        return key;
    }

    private static int call(String url, String key) throws Exception {
        return Served.send("POST", url, "X-API-KEY", key).statusCode();
    }

    @Test
    void keysAreListedWithAllButTheirSecrets() throws Exception {
        try (Served served = new Served(folder, ASKED)) {
            Outcome made = served.run(
                    "keys",
                    "create",
                    "--tenant",
                    "acme",
                    "--subject",
                    "bob",
                    "--scope",
                    "agents:invoke",
                    "--scope",
                    "sessions:read",
                    "--expires",
                    "90d",
                    "--per-minute",
                    "30",
                    "--json");
            String secret = (String) made.json("/secret");
            assertThat(secret).isNotNull();
            served.run("keys", "create", "--subject", "carol", "--scope", "*");

            Outcome listed = served.run("keys", "list", "--tenant", "acme", "--json");
            assertThat((List<?>) listed.json("/keys")).hasSize(1);
            assertThat(listed.json("/keys/0/id")).isEqualTo(made.json("/id"));
            assertThat(listed.json("/keys/0/scopes")).isEqualTo(List.of("agents:invoke", "sessions:read"));
            assertThat(listed.json("/keys/0/perMinute")).isEqualTo(30L);
            assertThat(listed.json("/keys/0/expires")).isEqualTo(made.json("/expires"));
            Outcome all = served.run("keys", "list");
            assertThat(all.out()).contains("bob", "carol", "local").doesNotContain(secret);
            assertThat(listed.out()).doesNotContain(secret.substring(20));
            assertThat(served.run("keys", "list", "--limit", "1").out()).contains("There may be more: --after ");
        }
    }

    @Test
    void aTenantThatIsErasedLosesItsKeysFirst() throws Exception {
        try (Served served = new Served(folder, ASKED)) {
            for (String tenant : List.of("acme", "acme", "other")) {
                served.run("keys", "create", "--tenant", tenant, "--subject", "bob", "--scope", "*");
            }
            assertThat(served.run("tenants", "erase", "acme", "--yes").out()).contains("0 files, 2 keys");
            assertThat(served.run("tenants", "erase", "acme", "--yes", "--json").json())
                    .containsEntry("keys", 0L);
            assertThat(served.run("keys", "list").out()).contains("other").doesNotContain("acme");
        }
    }

    @Test
    void whereNobodyAsksForKeysItIsToldHowTheyAreAskedFor() throws Exception {
        try (Served served = new Served(folder)) {
            Outcome outcome = served.run("keys", "create", "--subject", "alice", "--scope", "*");
            assertThat(outcome.status()).isEqualTo(2);
            assertThat(outcome.err()).contains("COPILOT_SECURITY_AUTHENTICATORS=apikey");
        }
    }

    @Test
    void whatNoKeyCanHaveIsRefused() throws Exception {
        try (Served served = new Served(folder, ASKED)) {
            Map<String, String> wrong = Map.of("--expires", "soon", "--per-minute", "0", "--tenant", "copilot.host");
            wrong.forEach((option, value) -> {
                Outcome outcome = served.run("keys", "create", "--subject", "alice", "--scope", "*", option, value);
                assertThat(outcome.status()).as(option + outcome.err()).isEqualTo(2);
                assertThat(outcome.out()).isEmpty();
            });
            assertThat(served.run("keys", "list").out()).isEqualTo("No keys.\n");
        }
    }
}
