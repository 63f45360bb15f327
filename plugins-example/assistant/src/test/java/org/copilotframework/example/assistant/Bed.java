package org.copilotframework.example.assistant;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentDescriptor;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.agent.TypedAgent;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.testkit.CopilotExtension;

/** What the tests of the assistant share: other agents, and settings that lead to a scripted endpoint. */
final class Bed {
    static final String KEY = "sk-test-0123456789";

    private Bed() {}

    static CopilotExtension.Builder at(ScriptedEndpoint endpoint) {
        return CopilotExtension.builder()
                .pluginUnderTest()
                .setting("copilot.plugin.assistant.base-url", endpoint.url())
                .setting("copilot.plugin.assistant.model", "scripted")
                .setting("copilot.plugin.assistant.api-key", KEY);
    }

    static List<Event> events(Run run) {
        try (EventStream stream = run.events(0)) {
            List<Event> events = new CopyOnWriteArrayList<>();
            stream.forEachRemaining(event -> events.add(event.event()));
            return events;
        }
    }

    static String deltas(Run run) {
        StringBuilder text = new StringBuilder();
        for (Event event : events(run)) {
            if (event instanceof Event.Text piece) {
                text.append(piece.delta());
            }
        }
        return text.toString();
    }

    static AgentReply reply(Run run) throws InterruptedException {
        try {
            return run.reply().toCompletableFuture().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CopilotException known) {
                throw known;
            }
            throw new AssertionError(failed);
        }
    }

    /** Takes data, and says no to some. */
    @AgentInfo(name = "weather", description = "Tells the weather of a place.")
    static final class Weather extends TypedAgent<Weather.Place, Weather.Sky> {
        record Place(
                @Doc("the name of a town") String town,
                @Default("1") int days,
                Spot spot) {}

        record Spot(double latitude, double longitude) {}

        record Sky(String sky, int days) {}

        @Override
        protected Sky answer(Place place, AgentContext context) {
            return new Sky("rain in " + place.town(), place.days());
        }
    }

    /** Takes and gives data that is no object. */
    @AgentInfo(name = "sizes", description = "Measures words.")
    static final class Sizes extends TypedAgent<List<String>, List<Integer>> {
        @Override
        protected List<Integer> answer(List<String> words, AgentContext context) {
            return words.stream().map(String::length).toList();
        }
    }

    /** Never knows enough. */
    @AgentInfo(name = "asks")
    static final class Asks implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.inputRequired("which size?");
        }
    }

    /** Says itself that it should not be called without a user's yes. */
    @AgentInfo(name = "pays", description = "Pays a bill.", needsApproval = true)
    static final class Pays implements Agent {
        final List<String> paid = new CopyOnWriteArrayList<>();

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            paid.add(request.text());
            return AgentReply.text("paid");
        }
    }

    /** Takes text, and remembers who it was told about. */
    static final class Mail implements Agent {
        final List<String> sent = new CopyOnWriteArrayList<>();
        private final String name;

        Mail(String name) {
            this.name = name;
        }

        @Override
        public AgentDescriptor descriptor() {
            return AgentDescriptor.of(name, "Sends what it is told.");
        }

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            sent.add(request.text());
            return AgentReply.text("sent as number " + sent.size());
        }
    }
}
