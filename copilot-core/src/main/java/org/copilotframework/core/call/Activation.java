package org.copilotframework.core.call;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.agent.AgentBlobs;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.agent.StepBody;
import org.copilotframework.api.agent.StepMode;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.plugin.PluginContext;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.Session;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.blob.PluginFiles;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.Ticket;
import org.copilotframework.core.session.ActivationSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What an agent is offered while it handles one call. */
final class Activation implements AgentContext {
    private final Call call;
    private final HostedAgent hosted;
    private final PluginContext plugin;
    private final @Nullable ActivationSession session;
    private volatile boolean ended;
    /** Made at the first step, for most calls take none. */
    private volatile @Nullable StepJournal steps;

    private @Nullable Answers answers;
    /** Made when they are asked for first. */
    private @Nullable PluginFiles files;

    Activation(Call call, HostedAgent hosted, @Nullable ActivationSession session) {
        this.call = call;
        this.hosted = hosted;
        this.plugin = hosted.plugin();
        this.session = session;
    }

    @Override
    public RunId runId() {
        return call.runId();
    }

    @Override
    public int activation() {
        Ticket ticket = call.ticket;
        return ticket == null ? 1 : ticket.activation();
    }

    @Override
    public Message message() {
        return call.request().message();
    }

    @Override
    public Message firstMessage() {
        Ticket ticket = call.ticket;
        return ticket == null ? call.request().message() : ticket.first();
    }

    @Override
    public <T> T step(String key, StepMode mode, Class<T> type, StepBody<T> body) throws Exception {
        if (ended) {
            throw new ConflictException("run " + runId() + " has ended; its agent can take no step any more");
        }
        return steps().step(key, mode, type, body);
    }

    private StepJournal steps() {
        StepJournal known = steps;
        if (known == null) {
            synchronized (this) {
                known = steps;
                if (known == null) {
                    known = new StepJournal(call, plugin.json());
                    steps = known;
                }
            }
        }
        return known;
    }

    /** The steps of a call that is not stored, for the case that it is suspended. */
    List<StepRecord> unstoredSteps() {
        StepJournal known = steps;
        return known == null ? List.of() : known.unstored();
    }

    @Override
    public Caller caller() {
        return call.caller();
    }

    @Override
    public Optional<Session> session() {
        return Optional.ofNullable(session);
    }

    @Override
    public Client agents() {
        return new CallerClient(call.corridor, call.caller(), plugin.json(), this, false);
    }

    @Override
    public Catalogue catalogue() {
        return new CallerCatalogue(call.corridor.premises.authorisation(), call.caller());
    }

    @Override
    public synchronized AgentBlobs blobs() {
        PluginFiles known = files;
        if (known == null) {
            known = PluginFiles.of(
                    call.corridor.premises.blobs(),
                    call.caller().tenant(),
                    plugin.plugin().id(),
                    call.corridor.premises.limits().openFiles());
            files = known;
            if (ended) {
                known.end();
            }
        }
        return known;
    }

    private synchronized @Nullable PluginFiles files() {
        return files;
    }

    @Override
    public void emit(Event event) {
        if (event instanceof Event.State || event instanceof Event.Question) {
            throw new InvalidRequestException("event: a change of state is told by the host, not by an agent");
        }
        long most = call.corridor.premises.limits().messageBytes();
        long weight = RunHandle.weight(event);
        if (weight > most) {
            throw new InvalidRequestException(
                    "event: weighs " + weight + " bytes, more than the " + most + " of copilot.invoke.message-bytes");
        }
        RunHandle handle = call.handle;
        if (ended || call.decided() || (handle != null && !handle.emit(event))) {
            throw new ConflictException("run " + runId() + " has ended; its agent can emit nothing any more");
        }
        if (handle != null) {
            call.corridor.events.emitted(handle);
        }
    }

    @Override
    public Instant deadline() {
        return Instant.now().plusNanos(call.nanosLeft());
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, call.nanosLeft()));
    }

    @Override
    public boolean cancelled() {
        return call.finished() || call.nanosLeft() <= 0;
    }

    @Override
    public PluginRef plugin() {
        return plugin.plugin();
    }

    @Override
    public <T extends Record> T settings(Class<T> type) {
        return plugin.settings(type);
    }

    @Override
    public Path workDirectory() {
        return plugin.workDirectory();
    }

    @Override
    public JsonCodec json() {
        return plugin.json();
    }

    @Override
    public Logger logger() {
        return plugin.logger();
    }

    /** The answers that it passes on. */
    synchronized Answers answers() {
        Answers known = answers;
        if (known == null) {
            known = new Answers(this);
            answers = known;
        }
        return known;
    }

    Call call() {
        return call;
    }

    HostedAgent hosted() {
        return hosted;
    }

    /** Whether the agent has returned. */
    boolean ended() {
        return ended;
    }

    /** The agent has returned: what it may have kept of this is of no use any more. */
    void end() {
        ended = true;
        if (session != null) {
            session.end();
        }
        PluginFiles left = files();
        if (left != null) {
            left.end();
        }
    }
}
