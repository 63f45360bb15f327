package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.copilotframework.core.json.JsonText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator sees and changes over HTTP what is logged. */
class LogLevelsTest {
    private static final String KEY = "Zt8vQ4nL1xW7rB3kM9pD6sF2hJ5gC0yT";
    private static final String BELOW = "/v1/manage/log-levels";

    @TempDir
    Path folder;

    private static HttpResponse<String> send(String method, String url, String key, String body) throws Exception {
        return Served.send(method, url, "X-API-KEY", key, body);
    }

    private static Object at(HttpResponse<String> reply, String pointer) {
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
        return JsonText.parse(reply.body()).at(pointer).orElseThrow().value();
    }

    @Test
    void aLevelIsChangedWhileTheServerRunsAndGivenBack() throws Exception {
        Logger quiet = LoggerFactory.getLogger("org.example.quiet.Part");
        try (Served served = new Served(folder, "copilot.security.apikey.key=" + KEY)) {
            String levels = served.serve() + BELOW;
            HttpResponse<String> first = send("GET", levels, KEY, "");
            List<?> loggers = (List<?>) at(first, "/loggers");
            assertThat(loggers)
                    .anySatisfy(one -> assertThat(one).asString().contains("name=ROOT", "level="))
                    .anySatisfy(one -> assertThat(one).asString().contains("name=copilot.audit", "level=info"))
                    .noneSatisfy(one -> assertThat(one).asString().contains("org.example"));
            assertThat(quiet.isDebugEnabled()).isFalse();
            String before = String.valueOf(at(send("GET", levels + "/org.example.quiet", KEY, ""), "/effective"));

            HttpResponse<String> set = send("PUT", levels + "/org.example.quiet", KEY, "{\"level\": \"DEBUG\"}");
            assertThat(at(set, "/level")).isEqualTo("debug");
            assertThat(at(set, "/changed")).isEqualTo(true);
            assertThat(quiet.isDebugEnabled()).isTrue();
            assertThat(at(send("GET", levels + "/org.example.quiet.Part", KEY, ""), "/effective"))
                    .isEqualTo("debug");
            assertThat(send("GET", levels, KEY, "").body()).contains("org.example.quiet");

            HttpResponse<String> reset = send("DELETE", levels + "/org.example.quiet", KEY, "");
            assertThat(at(reset, "/effective")).isEqualTo(before);
            assertThat(quiet.isDebugEnabled()).isFalse();

            at(send("PUT", levels + "/root", KEY, "{\"level\": \"error\"}"), "/level");
            at(send("PUT", levels + "/org.example.other", KEY, "{\"level\": \"off\"}"), "/level");
            assertThat(quiet.isWarnEnabled()).isFalse();
            assertThat(send("DELETE", levels, KEY, "").body()).isEqualTo(first.body());
            assertThat(quiet.isWarnEnabled()).isTrue();
        }
    }

    @Test
    void whatIsNoLevelOrNoLoggerIsRefusedInWords() throws Exception {
        try (Served served = new Served(folder, "copilot.security.apikey.key=" + KEY)) {
            String levels = served.serve() + BELOW;
            Map<String, String> bad = Map.of(
                    "{\"level\": \"loud\"}", "trace, debug, info, warn, error, off",
                    "{\"level\": 3}", "{\\\"level\\\": \\\"debug\\\"}",
                    "{\"level\": \"info\", \"more\": 1}", "nothing else",
                    "[]", "an object with a level",
                    "level=info", "body:",
                    "", "body:");
            bad.forEach((body, words) -> refused("PUT", levels + "/org.example", body, words));
            for (String name : List.of("a..b", ".a", "a%20b", "1x", "a/b", "x".repeat(201))) {
                refused("PUT", levels + "/" + name, "{\"level\": \"info\"}", "the name of a logger is expected");
                refused("GET", levels + "/" + name, "", "the name of a logger is expected");
                refused("DELETE", levels + "/" + name, "", "the name of a logger is expected");
            }
            refused("PUT", levels, "{\"level\": \"info\"}", "name the logger in the path");
            // What is audited is kept, however quiet somebody wants the rest to be.
            refused("PUT", levels + "/copilot.audit", "{\"level\": \"off\"}", "what is audited is kept");
            assertThat(send("POST", levels, KEY, "{}").statusCode()).isEqualTo(405);
        }
    }

    private static void refused(String method, String url, String body, String words) {
        try {
            HttpResponse<String> reply = send(method, url, KEY, body);
            assertThat(reply.statusCode()).as(url + " " + reply.body()).isEqualTo(400);
            assertThat(reply.body()).as(url + " " + body).contains(words);
        } catch (Exception fault) {
            throw new AssertionError(fault);
        }
    }

    @Test
    void onlyTheOperatorAndWhoWasGrantedItByNameMayAndAChangeIsAudited() throws Exception {
        try (Served served =
                new Served(folder, "copilot.security.authenticators=apikey", "copilot.security.apikey.key=" + KEY)) {
            String tenants = key(served, "*");
            String reader = key(served, "logs:read");
            String levels = served.serve() + BELOW;
            String body = "{\"level\": \"error\"}";
            assertThat(send("GET", levels, tenants, "").statusCode()).isEqualTo(403);
            assertThat(send("PUT", levels + "/org.example.noisy", tenants, body).statusCode())
                    .isEqualTo(403);
            assertThat(send("GET", levels, reader, "").statusCode()).isEqualTo(200);
            assertThat(send("PUT", levels + "/org.example.noisy", reader, body).statusCode())
                    .isEqualTo(403);
            assertThat(send("PUT", levels + "/org.example.noisy", KEY, body).statusCode())
                    .isEqualTo(200);
            assertThat(send("DELETE", levels, KEY, "").statusCode()).isEqualTo(200);

            Outcome audit = served.run("audit", "--json");
            List<?> entries = (List<?>) audit.json("/entries");
            assertThat(entries)
                    .anySatisfy(one -> assertThat(one)
                            .asString()
                            .contains(
                                    "outcome=allowed",
                                    "action=logs:write",
                                    "target=manage/log-levels/org.example.noisy"))
                    .anySatisfy(one -> assertThat(one).asString().contains("outcome=denied", "action=logs:write"));
        }
    }

    private static String key(Served served, String scope) {
        Outcome made = served.run("keys", "create", "--subject", "ann", "--scope", scope);
        assertThat(made.status()).as(made.err()).isZero();
        return made.out().strip();
    }

    @Test
    void outsideOfDevelopmentNothingBelowInfoIsLogged() throws Exception {
        try (Served served = new Served(
                folder,
                "copilot.environment=prod",
                "copilot.plugins.trust=digest",
                "copilot.security.apikey.key=" + KEY)) {
            String levels = served.serve() + BELOW;
            refused("PUT", levels + "/root", "{\"level\": \"debug\"}", "copilot.environment (APP_ENV) is not dev");
            refused("PUT", levels + "/org.example", "{\"level\": \"trace\"}", "info is the lowest");
            assertThat(send("PUT", levels + "/org.example", KEY, "{\"level\": \"info\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(send("DELETE", levels, KEY, "").statusCode()).isEqualTo(200);
        }
    }
}
