package org.copilotframework.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunInput;
import org.copilotframework.core.session.TurnForm;
import org.jspecify.annotations.Nullable;

/**
 * Commits as the orchestrator makes them: {@code begun} when a run is submitted, {@code replied} when its agent has replied. What
 * is said is a question of 120 characters and an answer of 480.
 */
final class Activations {
    static final TenantId TENANT = new TenantId("acme");
    static final String AGENT = "assistant";
    static final String QUESTION =
            "What did we agree upon the last time we spoke of it? ".repeat(3).substring(0, 120);
    static final String ANSWER = "As far as it is written down here, this was agreed upon. "
            .repeat(9)
            .substring(0, 480);

    private static final Caller CALLER = Caller.of(TENANT.value(), "alice");
    private static final PluginRef PLUGIN = new PluginRef("assistant-plugin", "1.0.0");
    private static final long FIRST = 100_000_000;
    private static final AtomicLong RUNS = new AtomicLong();
    private static final String PROCESS =
            String.format("%06d", ProcessHandle.current().pid() % 1_000_000);

    private Activations() {}

    /** Of the form and length of the orchestrator's: time, process, count. */
    static RunId newRun() {
        return new RunId(Long.toString(System.currentTimeMillis(), 32) + PROCESS + (FIRST + RUNS.getAndIncrement()));
    }

    /** A run is submitted, and taken at once. */
    static Commit begun(RunId id, @Nullable SessionId session) {
        AgentRequest.Builder request = AgentRequest.to(AGENT).text(QUESTION);
        if (session != null) {
            request.session(session.value());
        }
        return Commit.in(TENANT)
                .start(new RunStart(
                        id,
                        "submit",
                        AGENT,
                        session,
                        RunState.WORKING,
                        1,
                        RunInput.of(CALLER, request.build()).store(),
                        null,
                        "a-holder-of-runs-1",
                        Due.after(Duration.ofSeconds(15)),
                        null))
                .build();
    }

    /** A run of an agent that nobody has is submitted. */
    static Commit waiting(RunId id) {
        AgentRequest request = AgentRequest.to("nobodys-agent").text(QUESTION).build();
        return Commit.in(TENANT)
                .start(new RunStart(
                        id,
                        "submit",
                        "nobodys-agent",
                        null,
                        RunState.SUBMITTED,
                        1,
                        RunInput.of(CALLER, request).store(),
                        null,
                        null,
                        Due.now(),
                        null))
                .build();
    }

    /** Its agent has replied: a turn is appended and the run completed. */
    static Commit replied(RunId id, @Nullable SessionId session, long version) {
        Commit.Builder commit = Commit.in(TENANT);
        if (session != null) {
            commit.session(change(session, id, version));
        }
        return commit.run(new RunChange(
                        id,
                        1,
                        id + "/1",
                        RunState.COMPLETED,
                        1,
                        RunDetail.said(Message.agent(ANSWER), PLUGIN).store(),
                        null,
                        Due.never(),
                        Duration.ofDays(7)))
                .build();
    }

    /** An agent that was invoked has replied: a turn is appended. */
    static Commit turn(SessionId session, long version) {
        return Commit.in(TENANT).session(change(session, newRun(), version)).build();
    }

    private static SessionChange change(SessionId session, RunId run, long version) {
        Turn turn = new Turn(run + "/1", version, Instant.now(), AGENT, Message.user(QUESTION), Message.agent(ANSWER));
        return new SessionChange(session, TurnForm.store(turn), Map.of(), 0);
    }
}
