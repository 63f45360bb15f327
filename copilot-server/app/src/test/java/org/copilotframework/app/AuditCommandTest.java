package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCommandTest {
    @TempDir
    Path folder;

    @Test
    void whatWasDoneAndWhatWasDeniedIsShownTheLatestFirst() throws Exception {
        try (Served served =
                new Served(folder, "copilot.security.authenticators=apikey", "copilot.security.apikey.remember=0s")) {
            assertThat(served.run("keys", "create", "--subject", "alice", "--scope", "sessions:*")
                            .status())
                    .isZero();
            assertThat(served.run("audit").out()).isEqualTo("Nothing was audited.\n");
            String address = served.serve();
            String key = served.run("keys", "create", "--subject", "alice", "--scope", "sessions:delete")
                    .out()
                    .strip();
            // A name that would turn the direction of writing, and begin a line of its own.
            send("DELETE", address + "/v1/sessions/s1", key);
            send("POST", address + "/v1/tenants/acme%E2%80%AE%C2%85:erase", key);
            send("POST", address + "/v1/agents/greet:invoke", "ck_wrong");

            Outcome shown = served.run("audit");
            assertThat(shown.status()).isZero();
            assertThat(shown.out()).contains("OUTCOME", "alice by apikey:", "sessions:delete", "session/s1");
            assertThat(shown.out()).doesNotContain(key, "\u202e", "\u0085");
            Outcome json = served.run("audit", "--json");
            List<?> entries = (List<?>) json.json("/entries");
            assertThat(entries).hasSizeGreaterThan(2);
            assertThat(json.json("/entries/0/outcome")).isEqualTo("denied");
            assertThat(json.json("/entries/0/action")).isEqualTo("authenticate");
            assertThat(json.out()).doesNotContain(key, "\u202e", "\u0085");

            Outcome page = served.run("audit", "--limit", "1", "--json");
            Outcome next =
                    served.run("audit", "--limit", "1", "--json", "--after", String.valueOf(page.json("/after")));
            assertThat(page.json("/entries/0")).isEqualTo(json.json("/entries/0"));
            assertThat(next.json("/entries/0")).isEqualTo(json.json("/entries/1"));
            assertThat((List<?>) served.run("audit", "--since", "1h", "--json").json("/entries"))
                    .hasSameSizeAs(entries);
            assertThat(served.run("audit", "--since", "2100-01-31").out()).isEqualTo("Nothing was audited.\n");
            assertThat(served.run("audit", "--tenant", "nobody").out()).isEqualTo("Nothing was audited.\n");
        }
    }

    private static void send(String method, String url, String key) throws Exception {
        Served.send(method, url, "X-API-KEY", key);
    }
}
