package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.StepInDoubtException;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.Orchestrator;

/**
 * One of several processes on one store, for {@link SeveralProcessesTest}: submits what it is told on its standard input, and
 * works on whatever run is due, until it is killed.
 */
public final class SharingProcess {
    static final String TENANT = "acme";
    static final String READY = "## ready";
    static final String ACCEPTED = "## accepted ";
    static final String REFUSED = "## refused ";

    private SharingProcess() {}

    /** Arguments: the store's URL, a home of its own, a folder that all share, one of plugins. Each line is an agent, and a session or a dash. */
    public static void main(String[] arguments) throws IOException {
        Path shared = Path.of(arguments[2]);
        try (Orchestrator orchestrator = Orchestrator.builder()
                        .home(Path.of(arguments[1]))
                        .plugins(Path.of(arguments[3]))
                        .setting("copilot.storage.url", arguments[0])
                        .setting("copilot.runs.lease", "3s")
                        .setting("copilot.runs.poll-interval", "200ms")
                        .setting("copilot.runs.max-attempts", "100")
                        .setting("copilot.invoke.timeout", "5m")
                        .agent(new Charging(shared))
                        .agent(new Chatting())
                        .agent(new Sleeping())
                        .agent(new Asking())
                        .agent(new Endless())
                        .start();
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            System.out.println(READY);
            Client client = orchestrator.forCaller(Caller.of(TENANT, "me", Set.of("*")));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(submitted(client, line.split(" ")));
            }
        }
    }

    private static String submitted(Client client, String[] words) {
        AgentRequest.Builder request = AgentRequest.to(words[0]).text("go");
        if (!words[1].equals("-")) {
            request.session(words[1]);
        }
        try {
            return ACCEPTED + client.submit(request.build()).id();
        } catch (UnavailableException away) {
            return REFUSED + away.getMessage();
        }
    }

    private static void work() throws InterruptedException {
        Thread.sleep(ThreadLocalRandom.current().nextLong(50, 500));
    }

    /** Does a step that must not be done twice, between two that may. */
    @AgentInfo(name = "charging", description = "Charges once.")
    public static final class Charging implements Agent {
        private final Path shared;

        Charging(Path shared) {
            this.shared = shared;
        }

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
            context.step("before", String.class, key -> done("before", context));
            String charged;
            try {
                charged = context.step("charge", StepMode.AT_MOST_ONCE, String.class, key -> done("charge", context));
            } catch (StepInDoubtException unknown) {
                charged = "in doubt";
            }
            context.step("after", String.class, key -> done("after", context));
            return AgentReply.text(charged);
        }

        /** A line in a file is what the step changes in the world. */
        private String done(String step, AgentContext context) throws Exception {
            Files.writeString(
                    shared.resolve(step), context.runId() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            work();
            return "done";
        }
    }

    /** Adds a turn to a session. */
    @AgentInfo(name = "chatting", description = "Says something.")
    public static final class Chatting implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
            work();
            return AgentReply.text("said");
        }
    }

    /** Waits for a moment. */
    @AgentInfo(name = "sleeping", description = "Sleeps.")
    public static final class Sleeping implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
            work();
            return context.activation() == 1
                    ? AgentReply.resumeAt(Instant.now().plusMillis(700), "sleeps")
                    : AgentReply.text("awake");
        }
    }

    /** Waits for an answer. */
    @AgentInfo(name = "asking", description = "Asks.")
    public static final class Asking implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
            work();
            return context.activation() == 1 ? AgentReply.inputRequired("well?") : AgentReply.text(request.text());
        }
    }

    /** Works until it is canceled. */
    @AgentInfo(name = "endless", description = "Never ends by itself.")
    public static final class Endless implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
            Thread.sleep(600_000);
            return AgentReply.text("never");
        }
    }
}
