package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Map;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.invocation.InvocationObserver.Scope;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.session.ActivationSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Behind the hand-over: enters the agent on its thread, and makes of what it gives or throws what the caller gets. */
final class AgentRoom {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private AgentRoom() {}

    /** Runs a call on the present thread, which owns it. Never throws. */
    static void run(Call call, HostedAgent hosted) {
        try {
            perform(call, hosted);
        } catch (Throwable fault) {
            call.decide(Failures.ofTheHost(call, fault));
        }
        call.stop();
    }

    private static void perform(Call call, HostedAgent hosted) {
        SessionId id = call.session();
        ActivationSession session = null;
        if (id != null) {
            try {
                session = ActivationSession.open(
                        call.corridor.premises.storage().sessions(),
                        call.caller().tenant(),
                        id);
            } catch (CopilotException refusal) {
                call.decide(Failures.again(refusal));
                return;
            } catch (RuntimeException fault) {
                LOG.error("The store failed to read session '{}'", id, fault);
                call.decide(new UnavailableException(
                        "the store failed to read session '" + id + "': " + Faults.brief(fault),
                        Duration.ofSeconds(1)));
                return;
            }
        }
        if (!call.agentThread().enter()) {
            return;
        }
        RunHandle handle = call.handle;
        if (handle != null) {
            handle.standing().working();
        }
        Activation activation = new Activation(call, hosted, session);
        Object result = handle(call, hosted, activation);
        if (result instanceof AgentReply && call.nanosLeft() <= 0) {
            result = DeadlineRoom.exceeded(call);
        }
        boolean kept = result instanceof AgentReply reply && reply.suspended();
        if (session == null && handle == null && !kept) {
            call.decide(result);
        } else if (call.beginCommit()) {
            call.endCommit(Committing.commit(call, activation, session, result));
        }
    }

    /** The agent's reply, or the error that its caller gets. */
    private static Object handle(Call call, HostedAgent hosted, Activation activation) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        @Nullable Scope @Nullable [] scopes = TelemetryRoom.open(call);
        Map<String, String> logged = MDC.getCopyOfContextMap();
        AgentReply reply = null;
        Throwable thrown = null;
        try {
            thread.setContextClassLoader(hosted.loader());
            reply = hosted.agent().handle(call.request(), activation);
        } catch (Throwable any) {
            thrown = any;
        }
        call.agentThread().leave();
        thread.setContextClassLoader(before);
        restore(logged);
        activation.end();
        TelemetryRoom.close(scopes);
        if (thrown != null) {
            return error(call, thrown);
        } else if (reply == null) {
            return failed(call, "handle() returned null");
        }
        long most = call.corridor.premises.limits().messageBytes();
        if (reply.message().weight() > most) {
            return failed(
                    call,
                    "its reply weighs " + reply.message().weight() + " bytes, more than the " + most
                            + " of copilot.invoke.message-bytes");
        }
        return reply;
    }

    /** What an agent puts into the MDC is in no later line of this thread's log, which may be another tenant's. */
    private static void restore(@Nullable Map<String, String> before) {
        if (before != null && !before.isEmpty()) {
            MDC.setContextMap(before);
        } else if (MDC.getCopyOfContextMap() != null) {
            MDC.clear();
        }
    }

    /** Called when the agent's frames have been left, so that the error remembers none of them. */
    private static CopilotException error(Call call, Throwable thrown) {
        if (thrown instanceof CopilotException known) {
            return Failures.again(known);
        }
        if (call.finished()) {
            LOG.debug(
                    "Agent '{}' ended run {} with {}",
                    call.request().agent(),
                    call.runId(),
                    thrown.getClass().getName());
        } else if (thrown instanceof InterruptedException && call.ownThread) {
            // Not ours, so it was meant for the caller, whose thread this is.
            Thread.currentThread().interrupt();
            return new CanceledException("run " + call.runId() + " was canceled: its thread was interrupted");
        } else {
            LOG.warn("Agent '{}' failed in run {}:\n{}", call.request().agent(), call.runId(), Faults.stack(thrown));
        }
        return failed(call, Faults.brief(thrown));
    }

    private static AgentFailedException failed(Call call, String words) {
        return new AgentFailedException(call.request().agent(), call.runId().value(), words);
    }
}
