package org.copilotframework.core.call;

import java.time.Duration;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.core.agent.HostedAgent;
import org.copilotframework.core.run.Effort;
import org.copilotframework.core.run.Lineage;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.run.RunInput;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;

/** What a call writes about its run: one method for each thing that may happen to a run. */
final class RunChanges {
    private RunChanges() {}

    /** It is submitted, and this process takes it at once. */
    static RunStart submitted(Call call, Ticket ticket) {
        Premises premises = call.corridor.premises;
        return new RunStart(
                call.runId(),
                "submit",
                call.request().agent(),
                call.session(),
                RunState.WORKING,
                1,
                RunInput.of(call.caller(), call.request(), lineage(call)).store(),
                null,
                premises.holder(),
                Due.after(premises.runLimits().lease()),
                null);
    }

    /** It was invoked and is suspended, so it becomes a stored run. */
    static RunStart suspended(Call call, AgentReply reply) {
        return new RunStart(
                call.runId(),
                call.runId() + "/1",
                call.request().agent(),
                call.session(),
                reply.state(),
                2,
                RunInput.of(call.caller(), call.request(), lineage(call)).store(),
                RunDetail.said(reply.message(), plugin(call))
                        .caused(call.caused())
                        .store(),
                null,
                due(reply, call.corridor.premises.runLimits()),
                null);
    }

    /** Its agent replied: it has ended, or is suspended. */
    static RunChange replied(Call call, Ticket ticket, AgentReply reply) {
        RunLimits limits = call.corridor.premises.runLimits();
        boolean suspended = reply.suspended();
        return new RunChange(
                call.runId(),
                ticket.fence(),
                ticket.turnId() + "-" + ticket.fence(),
                reply.state(),
                suspended ? ticket.activation() + 1 : ticket.activation(),
                RunDetail.said(reply.message(), plugin(call))
                        .after(ticket.detail())
                        .caused(call.caused())
                        .store(),
                null,
                due(reply, limits),
                suspended ? null : limits.keep());
    }

    /** It ended without a reply. */
    static RunChange ended(Call call, Ticket ticket, RunState state, CopilotException error) {
        return new RunChange(
                call.runId(),
                ticket.fence(),
                ticket.turnId() + "-ended-" + ticket.fence(),
                state,
                ticket.activation(),
                RunDetail.failed(error).after(ticket.detail()).store(),
                null,
                Due.never(),
                call.corridor.premises.runLimits().keep());
    }

    /** It is given back, for whoever takes it next. */
    static RunChange handedBack(Call call, Ticket ticket, Duration rest) {
        Effort spent = ticket.detail().effort().returned(ticket.attempt(), call.seen);
        return new RunChange(
                call.runId(),
                ticket.fence(),
                ticket.turnId() + "-back-" + ticket.fence(),
                RunState.SUBMITTED,
                ticket.activation(),
                (call.seen ? ticket.detail().handedBack(spent) : ticket.detail().with(spent))
                        .caused(call.caused())
                        .store(),
                null,
                Due.after(rest),
                null);
    }

    private static Lineage lineage(Call call) {
        return new Lineage(call.depth(), call.caused());
    }

    private static Due due(AgentReply reply, RunLimits limits) {
        return switch (reply.state()) {
            case INPUT_REQUIRED, AUTH_REQUIRED -> Due.after(limits.inputTimeout());
            case SUBMITTED -> reply.resumesAt().map(Due::at).orElse(Due.now());
            default -> Due.never();
        };
    }

    private static @Nullable PluginRef plugin(Call call) {
        HostedAgent hosted = call.hosted;
        return hosted == null ? null : hosted.plugin().plugin();
    }
}
