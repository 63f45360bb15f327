package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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
            assertThat(served.run("audit", "--tenant", "acme").out()).isEqualTo("Nothing was audited.\n");
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

    @Test
    void whatCommandsChangeIsAuditedAsTheUserOfTheSystem() throws Exception {
        try (Served served = new Served(folder, "copilot.security.authenticators=apikey")) {
            served.cli.properties.put("user.name", "olga");
            Outcome made =
                    served.run("keys", "create", "--tenant", "acme", "--subject", "al", "--scope", "*", "--json");
            String id = String.valueOf(made.json("/id"));
            served.run("keys", "rotate", id);
            assertThat(served.run("keys", "revoke", String.valueOf(made.json("/secret")))
                            .status())
                    .isZero();
            assertThat(served.run("ask", "greet", "world", "--session", "s1").status())
                    .isEqualTo(5);
            String jar = new PluginJar(folder).greeter("1.1.0", "Ahoy").toString();
            served.run("plugins", "install", jar);
            served.run("plugins", "reload", "greeter");
            served.run("plugins", "remove", "greeter");
            served.run("sessions", "delete", "s1");
            served.run("runs", "delete", "01k830b0pa1sm1f566000012");
            served.run("tenants", "erase", "acme", "--yes");

            Outcome audit = served.run("audit", "--json", "--limit", "100");
            assertThat(audit.out()).doesNotContain(String.valueOf(made.json("/secret")));
            List<String> told = new ArrayList<>();
            for (Object one : (List<?>) audit.json("/entries")) {
                Map<?, ?> entry = (Map<?, ?>) one;
                assertThat(entry.get("subject")).isEqualTo("olga");
                assertThat(entry.get("remote")).isEqualTo("command line");
                told.add(entry.get("outcome") + " " + entry.get("action") + " " + entry.get("target") + " "
                        + entry.get("tenant") + " " + entry.get("detail"));
            }
            Collections.reverse(told);
            assertThat(told)
                    .containsExactly(
                            "begun keys:write key/? acme copilot keys create",
                            "allowed keys:write key/" + id + " acme copilot keys create",
                            "begun keys:write key/" + id + " acme copilot keys rotate",
                            "allowed keys:write key/" + id + " acme copilot keys rotate",
                            "begun keys:write key/" + id + " acme copilot keys revoke",
                            "allowed keys:write key/" + id + " acme copilot keys revoke",
                            "begun plugins:write plugin/greeter-1.1.0.jar null copilot plugins install",
                            "allowed plugins:write plugin/greeter null copilot plugins install",
                            "begun plugins:write plugin/greeter null copilot plugins reload",
                            "allowed plugins:write plugin/greeter null copilot plugins reload",
                            "begun plugins:write plugin/greeter null copilot plugins remove",
                            "allowed plugins:write plugin/greeter null copilot plugins remove",
                            "begun sessions:delete session/s1 local copilot sessions delete",
                            "failed sessions:delete session/s1 local copilot sessions delete: not_found",
                            "begun runs:delete run/01k830b0pa1sm1f566000012 local copilot runs delete",
                            "failed runs:delete run/01k830b0pa1sm1f566000012 local copilot runs delete: not_found",
                            "begun tenants:erase tenant/acme acme copilot tenants erase",
                            "allowed tenants:erase tenant/acme acme copilot tenants erase");
            assertThat(served.run("audit").out()).contains("olga by operating system", "command line");
        }
    }

    @Test
    void whatCannotBeAuditedIsNotDone() throws Exception {
        try (Served served = new Served(folder, "copilot.security.authenticators=apikey")) {
            String id = String.valueOf(served.run("keys", "create", "--subject", "al", "--scope", "*", "--json")
                    .json("/id"));
            // Nobody keeps it: the storage is not asked to, and the log drops what is audited.
            served.settings("copilot.security.authenticators=apikey", "copilot.audit.storage=false");
            Logger log = (Logger) LoggerFactory.getLogger("copilot.audit");
            log.setLevel(Level.WARN);
            try {
                Outcome outcome = served.run("keys", "revoke", id);
                assertThat(outcome.status()).isEqualTo(10);
                assertThat(outcome.err()).contains("cannot be audited");
            } finally {
                log.setLevel(Level.INFO);
            }
            assertThat(served.run("keys", "list").out()).contains(id);
        }
    }

    @Test
    void callsAndReadsAreAuditedWhereThatIsAskedFor() throws Exception {
        String key = "Zt8vQ4nL1xW7rB3kM9pD6sF2hJ5gC0yT";
        try (Served served = new Served(folder, "copilot.security.apikey.key=" + key)) {
            String address = served.serve();
            Served.send("POST", address + "/v1/agents/greet:invoke", "X-API-KEY", key);
            Served.send("GET", address + "/v1/sessions", "X-API-KEY", key, "");
            served.end();
            assertThat(served.run("audit").out()).isEqualTo("Nothing was audited.\n");

            served.settings("copilot.security.apikey.key=" + key, "copilot.audit.calls=true");
            address = served.serve();
            Served.send("POST", address + "/v1/agents/greet:invoke", "X-API-KEY", key);
            Served.send("GET", address + "/v1/sessions", "X-API-KEY", key, "");
            Served.send("GET", address + "/v1/sessions/none", "X-API-KEY", key, "");
            Served.send("GET", address + "/health/ready", "X-API-KEY", key, "");
            List<String> told = new ArrayList<>();
            for (Object one : (List<?>) served.run("audit", "--json").json("/entries")) {
                Map<?, ?> entry = (Map<?, ?>) one;
                told.add(entry.get("outcome") + " " + entry.get("action") + " " + entry.get("target"));
            }
            assertThat(told)
                    .containsExactly(
                            "failed sessions:read session/none",
                            "allowed sessions:read ",
                            "allowed agents:invoke agent/greet");
        }
    }

    private static void send(String method, String url, String key) throws Exception {
        Served.send(method, url, "X-API-KEY", key);
    }
}
