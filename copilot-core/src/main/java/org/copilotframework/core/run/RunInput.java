package org.copilotframework.core.run;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.SessionPolicy;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.core.json.StoredJson;
import org.jspecify.annotations.Nullable;

/**
 * What a stored run was begun with. It never changes, so it is written once.
 *
 * @param principal on whose behalf, beside the tenant
 * @param message what was said
 * @param policy what happens if its session is at work when it is submitted
 * @param timeout how long one activation may take, or null for the orchestrator's default
 * @param lineage how it has come about
 */
public record RunInput(
        Principal principal,
        Message message,
        SessionPolicy policy,
        @Nullable Duration timeout,
        Lineage lineage) {
    /**
     * Of a call from outside.
     *
     * @param caller on whose behalf
     * @param request what was said
     * @return the input
     */
    public static RunInput of(Caller caller, AgentRequest request) {
        return of(caller, request, Lineage.NONE);
    }

    /**
     * Of a call.
     *
     * @param caller on whose behalf
     * @param request what was said
     * @param lineage how it has come about
     * @return the input
     */
    public static RunInput of(Caller caller, AgentRequest request, Lineage lineage) {
        return new RunInput(
                caller.principal(),
                request.message(),
                request.sessionPolicy(),
                request.timeout().orElse(null),
                lineage);
    }

    /**
     * The request of an activation that is resumed. It waits for its session whatever the policy of the run: that is for the
     * moment at which the run was submitted, and it was accepted then.
     *
     * @param agent the agent's name
     * @param session its session, or null
     * @param said what is said this time
     * @return the request
     */
    public AgentRequest request(String agent, @Nullable SessionId session, Message said) {
        AgentRequest.Builder request = AgentRequest.to(agent).message(said).sessionPolicy(SessionPolicy.ENQUEUE);
        if (session != null) {
            request.session(session.value());
        }
        if (timeout != null) {
            request.timeout(timeout);
        }
        return request.build();
    }

    /**
     * On whose behalf.
     *
     * @param tenant whose run
     * @return the caller
     */
    public Caller caller(TenantId tenant) {
        return new Caller(tenant, principal);
    }

    /**
     * For the store.
     *
     * @return the stored form, encoded when it is needed
     */
    public Payload store() {
        return Payload.of(this, RunInput::bytes);
    }

    private byte[] bytes() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("subject", principal.subject());
        tree.put("scopes", List.copyOf(new TreeSet<>(principal.scopes())));
        tree.put("policy", policy.name().toLowerCase(Locale.ROOT));
        if (timeout != null) {
            tree.put("timeout", timeout.toString());
        }
        if (lineage.depth() > 0) {
            tree.put("depth", (long) lineage.depth());
        }
        if (lineage.calls() > 0) {
            tree.put("calls", (long) lineage.calls());
        }
        tree.put("message", StoredJson.tree(message));
        return StoredJson.write(tree);
    }

    /**
     * From the store.
     *
     * @param stored the stored form
     * @return the input
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be read
     */
    public static RunInput read(Payload stored) {
        return stored.value(RunInput.class).orElseGet(() -> {
            Map<String, ?> tree = StoredJson.read(stored.bytes(), "the input of a run");
            List<?> scopes = tree.get("scopes") instanceof List<?> list ? list : List.of();
            Object timeout = tree.get("timeout");
            return new RunInput(
                    new Principal(
                            String.valueOf(tree.get("subject")),
                            Set.copyOf(scopes.stream().map(Objects::toString).toList())),
                    StoredJson.message(tree.get("message")),
                    SessionPolicy.valueOf(String.valueOf(tree.get("policy")).toUpperCase(Locale.ROOT)),
                    timeout == null ? null : Duration.parse(timeout.toString()),
                    new Lineage(DetailForm.number(tree, "depth"), DetailForm.number(tree, "calls")));
        });
    }
}
