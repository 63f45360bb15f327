package org.copilotframework.core.call;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.JsonCodec;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.run.RunHandle;
import org.copilotframework.core.run.Ticket;
import org.jspecify.annotations.Nullable;

/** Sends the calls of one caller: of an application, or of an agent during one activation. */
final class CallerClient implements Client {
    private final Corridor corridor;
    private final Caller caller;
    private final JsonCodec json;
    private final @Nullable Activation within;
    private final boolean ownThread;

    CallerClient(Corridor corridor, Caller caller, JsonCodec json, @Nullable Activation within, boolean ownThread) {
        this.corridor = corridor;
        this.caller = caller;
        this.json = json;
        this.within = within;
        this.ownThread = ownThread;
    }

    @Override
    public AgentReply invoke(AgentRequest request) {
        Optional<String> key = request.idempotencyKey();
        if (key.isPresent()) {
            KeyedCalls keyed = keyed();
            AgentRequest begun = unkeyed(request, keyed.lasts(request));
            return keyed.invoke(request, key.get(), (id, claim) -> submit(begun, id, claim));
        }
        return Waiting.forReply(begin(new Call(corridor, caller, request, within, null, ownThread)));
    }

    /**
     * The same without a thread that waits, unless the request has a key: what that stands for is asked of the store, and waited for
     * here.
     */
    CompletionStage<AgentReply> invokeAsync(AgentRequest request) {
        if (request.idempotencyKey().isPresent()) {
            try {
                return CompletableFuture.completedFuture(invoke(request));
            } catch (CopilotException refused) {
                return CompletableFuture.failedFuture(refused);
            }
        }
        Call call = new Call(corridor, caller, request, within, null, false);
        CompletableFuture<AgentReply> reply = call.withoutWaiter();
        begin(call);
        corridor.punctuality.watch(call);
        return reply;
    }

    @Override
    public <O> O invoke(String agent, Object input, Class<O> output) {
        Data said = input instanceof Data data ? data : json.write(input);
        AgentReply reply = invoke(AgentRequest.to(agent).data(said).build());
        if (reply.suspended()) {
            throw new ConflictException(
                    "agent '" + agent + "' waits (" + reply.state() + ") and has no answer yet: its run is "
                            + reply.run().map(Object::toString).orElse("not stored")
                            + "; use invoke(AgentRequest), or submit, and give"
                            + " the input to the run");
        }
        Data data = reply.message()
                .data()
                .orElseThrow(() -> new InvalidRequestException("agent '" + agent
                        + "' replied with text and no data; use invoke(AgentRequest) and reply.text()"));
        return output == Data.class ? output.cast(data) : json.read(data, output);
    }

    @Override
    public Run submit(AgentRequest request) {
        Optional<String> key = request.idempotencyKey();
        return key.isPresent()
                ? keyed().submit(
                                request,
                                key.get(),
                                (id, claim) -> submit(unkeyed(request, request.timeout()), id, claim))
                : submit(request, RunIds.next(System.currentTimeMillis()), null);
    }

    private RunHandle submit(AgentRequest request, RunId id, @Nullable ValueChange claim) {
        CallLimits limits = corridor.premises.limits();
        RunHandle handle =
                new RunHandle(caller.tenant(), id, limits.events(), limits.eventBytes(), corridor.desk.control());
        Ticket ticket = Ticket.begin(handle, request.message(), claim);
        Call call = begin(new Call(corridor, caller, request, within, ticket, false));
        if (!call.declare()) {
            throw Confirmation.refused(call);
        }
        return handle;
    }

    @Override
    public AgentReply answer(RunId run, Message input) {
        return new Answering(corridor, caller, within).answer(run, input);
    }

    @Override
    public AgentReply answer(RunId run, Message input, String idempotencyKey) {
        return keyed().answer(run, input, idempotencyKey);
    }

    private KeyedCalls keyed() {
        if (within != null) {
            throw new InvalidRequestException(
                    "idempotency key: is for calls from outside; an agent has context.step(…), whose key is the same when it is done"
                            + " again");
        }
        return new KeyedCalls(corridor, caller);
    }

    /** The agent sees no key: it might send the request on. */
    private static AgentRequest unkeyed(AgentRequest request, Optional<Duration> timeout) {
        AgentRequest.Builder same =
                AgentRequest.to(request.agent()).message(request.message()).sessionPolicy(request.sessionPolicy());
        request.session().ifPresent(session -> same.session(session.value()));
        timeout.ifPresent(same::timeout);
        return same.build();
    }

    @Override
    public Client onCallerThread() {
        return ownThread ? this : new CallerClient(corridor, caller, json, within, true);
    }

    private Call begin(Call call) {
        if (call.parent != null) {
            call.parent.family().adopt(call, call.parent);
        }
        corridor.begin(call);
        return call;
    }
}
