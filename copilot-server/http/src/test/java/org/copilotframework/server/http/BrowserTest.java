package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page in a real browser can do, and what it cannot. */
@Tag("all-backends")
class BrowserTest {
    /** Reads events by an EventSource, until it is told that there are no more, or that it may not. */
    private static final String EVENT_SOURCE = """
            const seen = {kinds: [], texts: [], errors: 0};
            const source = new EventSource('%s');
            for (const kind of ['run', 'state', 'progress', 'custom', 'text', 'gap', 'reply', 'error']) {
                source.addEventListener(kind, event => {
                    if (event instanceof MessageEvent) {
                        seen.kinds.push(kind);
                        if (kind === 'text') seen.texts.push(JSON.parse(event.data).delta);
                        if (kind === 'reply') seen.reply = JSON.parse(event.data).message.parts[0].text;
                    }
                });
            }
            source.onerror = () => {
                seen.errors++;
                if (source.readyState === EventSource.CLOSED) tell(seen);
            };
            """;

    /** Reads them by fetch, which can send headers. */
    private static final String FETCH = """
            (async () => {
                const seen = {text: ''};
                try {
                    const answer = await fetch('%s/v1/agents/teller:stream', {method: 'POST',
                        headers: {'Content-Type': 'application/json', 'Authorization': 'Bearer all'},
                        body: JSON.stringify({text: '3'})});
                    seen.status = answer.status;
                    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
                    for (let next = await reader.read(); !next.done; next = await reader.read()) seen.text += next.value;
                } catch (refused) {
                    seen.refused = refused.name;
                }
                tell(seen);
            })();
            """;

    @TempDir
    Path home;

    private TestServer server(String origin, UnaryOperator<OrchestratorBuilder> with) {
        return TestServer.asSet(home, builder -> with.apply(builder.setting("copilot.http.cors-origins", origin)));
    }

    private static OrchestratorBuilder asking(OrchestratorBuilder builder) {
        return builder.authenticator(new TestKeys().with("all", "root", "acme", "*"));
    }

    private static String submitted(TestServer server) {
        return (String)
                server.post("/v1/agents/teller:submit", "{\"text\": \"20\"}").at("/id");
    }

    @Test
    void anEventSourceGoesOnWhereItsConnectionBrokeAndIsToldTheEnd() throws Exception {
        try (Browser browser = new Browser(home);
                TestServer server = server(browser.origin(), builder -> builder);
                CuttingRelay relay = new CuttingRelay(server.server.port(), "piece 7")) {
            String events = relay.origin() + "/v1/runs/" + submitted(server) + "/events";
            Data seen = browser.run(EVENT_SOURCE.formatted(events));
            assertThat(relay.hasCut()).isTrue();
            assertThat(seen.at("/texts").orElseThrow().list())
                    .hasSize(20)
                    .doesNotHaveDuplicates()
                    .startsWith("piece 0\n")
                    .endsWith("piece 19\n");
            assertThat(seen.at("/reply").map(Data::value)).contains("told");
            // It lost the connection, came to the end, and was told by 204 not to come again.
            assertThat(seen.at("/errors").map(Data::value)).contains(3L);
        }
    }

    @Test
    void anEventSourceSendsNoKeySoItIsRefused() throws Exception {
        try (Browser browser = new Browser(home);
                TestServer server = server(browser.origin(), BrowserTest::asking)) {
            String events = server.server.address() + "/v1/runs/" + submitted(server.as("all")) + "/events";
            Data seen = browser.run(EVENT_SOURCE.formatted(events));
            assertThat(seen.at("/kinds").orElseThrow().list()).isEmpty();
            assertThat(seen.at("/errors").map(Data::value)).contains(1L);
        }
    }

    @Test
    void aPageOfAnAllowedOriginReadsAStreamByFetchWithItsKey() throws Exception {
        try (Browser browser = new Browser(home);
                TestServer server = server(browser.origin(), BrowserTest::asking)) {
            Data seen = browser.run(FETCH.formatted(server.server.address()));
            assertThat(seen.at("/status").map(Data::value)).contains(200L);
            assertThat(seen.at("/text").map(Data::value).orElseThrow().toString())
                    .contains("event: text", "piece 2", "event: reply");
        }
    }

    @Test
    void aPageOfAnotherOriginReadsNothing() throws Exception {
        try (Browser browser = new Browser(home);
                TestServer server = server("https://app.example.com", BrowserTest::asking)) {
            Data seen = browser.run(FETCH.formatted(server.server.address()));
            assertThat(seen.at("/refused").map(Data::value)).contains("TypeError");
            assertThat(seen.at("/text").map(Data::value)).contains("");
        }
    }
}
