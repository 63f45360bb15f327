package org.copilotframework.core;

import java.util.concurrent.CompletionStage;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.Client;

/**
 * Loads agents from plugins and runs them for many tenants. Safe for use by several threads.
 *
 * <pre>{@code
 * try (Orchestrator copilot = Orchestrator.builder().plugins(Path.of("plugins")).start()) {
 *     AgentReply reply = copilot.forCaller(Caller.of("acme", "alice")).invoke("hello", "world");
 *     System.out.println(reply.text());
 * }
 * }</pre>
 */
public interface Orchestrator extends StoredData {
    /**
     * Begins to build an orchestrator.
     *
     * @return a builder with the defaults and the settings of the environment
     */
    static OrchestratorBuilder builder() {
        return new OrchestratorBuilder();
    }

    /**
     * Calls agents on behalf of a caller.
     *
     * @param caller tenant and principal; whoever embeds the orchestrator vouches for them
     * @return a client, cheap to make
     * @throws org.copilotframework.api.error.InvalidRequestException if the tenant's name begins with {@code copilot.}, which is
     *     kept for the host
     */
    Client forCaller(Caller caller);

    /**
     * Calls an agent as {@link Client#invoke(AgentRequest)} does, but no thread waits for its reply: for faces, which have more calls
     * under way than threads. The call is under the same rules, and answered at its deadline.
     *
     * <p>What depends on the result runs on the thread that has it, which may be the one on which the agent ran: it must be short and
     * not wait for anything. A request with an idempotency key is the exception: its reply is waited for by this method.
     *
     * @param caller tenant and principal; whoever embeds the orchestrator vouches for them
     * @param request what is asked of which agent
     * @return its reply; or the {@link org.copilotframework.api.error.CopilotException} that {@code invoke} would throw. Whether the
     *     call is over cannot be changed by it: to complete it as a future changes nothing for the agent
     * @throws org.copilotframework.api.error.InvalidRequestException if the tenant's name begins with {@code copilot.}, which is
     *     kept for the host
     */
    CompletionStage<AgentReply> invokeAsync(Caller caller, AgentRequest request);

    /**
     * The agents that can be called now.
     *
     * @return the live catalogue
     */
    Catalogue agents();

    /**
     * The operations on plugins.
     *
     * @return always the same object
     */
    Plugins plugins();

    /**
     * Reads the settings of a face into a record, as {@link org.copilotframework.api.spi.ProviderContext#settings(Class)} does for a
     * provider: those of {@code http} are {@code copilot.http.*}, in the environment {@code COPILOT_HTTP_*}. A component that
     * is a record itself has the settings below its own name: {@code copilot.http.tls.*}.
     *
     * @param face which face; {@code http} is the only one
     * @param type the record's type, which names all its settings
     * @param <T> the record's type
     * @return the settings as they were when the orchestrator started
     * @throws org.copilotframework.api.error.InvalidRequestException if there is no such face, a value is missing or does not fit, or a
     *     key is not known, with all that is wrong at once
     */
    <T extends Record> T settings(String face, Class<T> type);

    /**
     * How this orchestrator is. Answers on the calling thread without waiting for any agent.
     *
     * @return its health at this moment
     */
    Health health();

    /**
     * Ends: refuses new calls, lets those at work end within the drain time ({@code copilot.plugins.drain-timeout}), cancels
     * the rest, stops the plugins and closes what the builder opened. May be called more than once.
     */
    @Override
    void close();
}
