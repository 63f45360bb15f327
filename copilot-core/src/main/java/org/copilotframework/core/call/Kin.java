package org.copilotframework.core.call;

import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;

/** The calls that a call belongs with: those that it has caused, which end with it, and the one that all of them began with. */
abstract class Kin extends Asked {
    /** The one from outside that it was caused by, or this. */
    final Call root;

    private volatile @Nullable Family family;

    Kin(
            Corridor corridor,
            Caller caller,
            AgentRequest request,
            @Nullable Activation within,
            @Nullable Ticket ticket,
            boolean ownThread) {
        super(corridor, caller, request, within, ticket, ownThread);
        this.root = parent == null ? (Call) this : parent.root;
    }

    /** The calls that this one has caused. */
    final Family family() {
        Family known = family;
        if (known == null) {
            synchronized (this) {
                known = family;
                if (known == null) {
                    known = new Family(ticket == null ? 0 : ticket.lineage().calls());
                    family = known;
                }
            }
        }
        return known;
    }

    /** How many calls its whole chain has caused, also before this activation. */
    final int caused() {
        Family known = ((Kin) root).family;
        Ticket stored = root.ticket;
        return known != null
                ? known.caused()
                : stored == null ? 0 : stored.lineage().calls();
    }

    @Override
    final boolean finish(CopilotException error) {
        if (!super.finish(error)) {
            return false;
        }
        Family caused = family;
        if (caused != null) {
            caused.end(error);
        }
        return true;
    }
}
