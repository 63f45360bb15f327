package org.copilotframework.core.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WriteAnAgentTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty().with("copilot.plugin.page.greeting", "Hi");

    @Test
    void theAgentsOfThePageAnswer() {
        Map<String, String> sources = JavaBlocks.sources(Page.of("docs/write-an-agent.md"));
        PluginJars page = PluginJars.plugin("page", "1.0.0");
        sources.forEach((name, code) -> {
            page.source(name, code);
            if (code.contains("@AgentInfo") || code.contains("@Extension")) {
                page.extension(name);
            }
        });
        page.build(bed.inbox());
        bed.start();
        assertThat(bed.plugins().list()).extracting(PluginStatus::reason).containsExactly("");
        assertThat(bed.copilot().agents().list())
                .extracting(entry -> entry.agent().name())
                .containsExactly("coco", "count", "greeter", "notes", "polly", "sum", "twice", "visits");

        assertThat(bed.client().invoke("sum", Map.of("a", 2), Data.class).at("/total"))
                .contains(Data.of(3));
        assertThatThrownBy(() -> bed.client().invoke("sum", Map.of("a", "two"), Data.class))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("/a: ");
        assertThat(schema("sum")).contains("the first number");
        assertThat(bed.ask("greeter", "world")).isEqualTo("Hi, world!");
        assertThat(bed.ask("twice", "1")).isEqualTo("21");
        assertThat(bed.ask("polly", "nuts")).isEqualTo("nuts");
        assertThat(bed.ask("notes", "one") + bed.ask("notes", "two")).isEqualTo("one\none\ntwo\n");
        assertThat(visit() + ", " + visit()).isEqualTo("visit 1 after 0 turns, visit 2 after 1 turns");
        assertThatThrownBy(() -> bed.ask("visits"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("needs a session");
        assertThat(progress()).containsExactly("at 1", "at 2", "at 3");
    }

    private String visit() {
        AgentRequest request = AgentRequest.to("visits").text("?").session("s").build();
        return bed.client().invoke(request).text();
    }

    private String schema(String agent) {
        return bed.copilot()
                .agents()
                .find(agent)
                .flatMap(CatalogueEntry::inputSchema)
                .orElseThrow()
                .toString();
    }

    private List<String> progress() {
        Run run = bed.client().submit(AgentRequest.to("count").text("3").build());
        List<String> told = new java.util.ArrayList<>();
        try (EventStream events = run.events(0)) {
            events.forEachRemaining(event -> {
                if (event.event() instanceof Event.Progress progress) {
                    told.add(progress.message());
                }
            });
        }
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("counted to 3");
        return told;
    }
}
