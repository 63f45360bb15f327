package org.copilotframework.core.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.core.run.RunInput;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Several orchestrators on one store, as if each were a process of its own. */
final class Processes implements AfterEachCallback {
    static final TenantId ACME = new TenantId("acme");

    final SharedMemory storage = new SharedMemory();
    private final List<HostedAgents> all = new ArrayList<>();

    HostedAgents one() {
        return one(Duration.ofSeconds(2));
    }

    HostedAgents one(Duration lease) {
        return one(setup(lease));
    }

    HostedAgents one(HostedAgents.Setup setup) {
        setup.storage = storage.connection();
        HostedAgents agents = new HostedAgents(setup);
        all.add(agents);
        return agents;
    }

    static HostedAgents.Setup setup(Duration lease) {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.runLimits = HostedAgents.runLimits(lease);
        return setup;
    }

    /** Stores a run that is due at once, as if it had been submitted elsewhere. */
    RunId submitted(String id, String agent) {
        Payload input = RunInput.of(
                        Caller.of("acme", "ada"),
                        AgentRequest.to(agent).text("go").build())
                .store();
        return submitted(id, agent, input, null);
    }

    RunId submitted(String id, String agent, Payload input, @Nullable Payload detail) {
        RunStart start = new RunStart(
                new RunId(id), "submit", agent, null, RunState.SUBMITTED, 1, input, detail, null, Due.now(), null);
        storage.connection().commit(Commit.in(ACME).start(start).build());
        return start.id();
    }

    /** A run as it is stored. */
    RunHead head(RunId id) {
        return storage.runs().find(ACME, id).orElseThrow().head();
    }

    /** The states that a run's events tell. */
    static List<RunState> states(Run run) {
        List<RunState> states = new ArrayList<>();
        try (EventStream events = run.events(0)) {
            events.forEachRemaining(event -> {
                if (event.event() instanceof Event.State state) {
                    states.add(state.state());
                }
            });
        }
        return states;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        all.forEach(HostedAgents::close);
        storage.reallyClose();
    }
}
