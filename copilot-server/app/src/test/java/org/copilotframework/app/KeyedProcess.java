package org.copilotframework.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;

/** A process that makes a call with a key and ends in the middle of it, for {@link IdempotentProcessesTest}. */
public final class KeyedProcess {
    private KeyedProcess() {}

    /** Arguments: the store's URL, a home of its own, the file of what was done, and {@code before} or {@code within} the run. */
    public static void main(String[] arguments) {
        OrchestratorBuilder builder =
                builder(arguments[0], Path.of(arguments[1])).agent(new Noting(Path.of(arguments[2]), true));
        if (arguments[3].equals("before")) {
            builder.interceptor(call -> {
                Runtime.getRuntime().halt(7);
                return null;
            });
        }
        builder.start().forCaller(Caller.of("acme", "ada")).invoke(request());
    }

    static OrchestratorBuilder builder(String url, Path home) {
        return Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", url)
                .setting("copilot.runs.lease", "1s")
                .setting("copilot.runs.poll-interval", "100ms")
                .setting("copilot.invoke.timeout", "2m");
    }

    static AgentRequest request() {
        return AgentRequest.to("noting").text("go").idempotencyKey("k").build();
    }

    /** Notes the run that it is called in. */
    @AgentInfo(name = "noting", description = "Notes its runs.")
    static final class Noting implements Agent {
        private final Path notes;
        private final boolean dies;

        Noting(Path notes, boolean dies) {
            this.notes = notes;
            this.dies = dies;
        }

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            Files.writeString(notes, context.runId() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (dies) {
                Runtime.getRuntime().halt(7);
            }
            return AgentReply.text("noted in " + context.runId());
        }
    }
}
