package org.copilotframework.example.assistant;

import dev.langchain4j.agent.tool.ToolSpecification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;

/** The agents that the model may call in one activation, under names that the protocol allows. */
final class Toolbox {
    /** As many as the protocol's first implementation takes. */
    private static final int MOST_TOOLS = 128;

    private static final int MOST_NAME = 64;
    private static final int MOST_DESCRIPTION = 1_000;
    private static final int MOST_RESULT = 50_000;

    private final AgentContext context;
    private final Patterns approval;
    private final Map<String, CatalogueEntry> tools = new LinkedHashMap<>();

    /**
     * Looks into the catalogue.
     *
     * @param self the agent that must not call itself
     */
    Toolbox(AgentContext context, AssistantSettings settings, String self) {
        this.context = context;
        this.approval = Patterns.of(settings.approval());
        Patterns allowed = Patterns.of(settings.tools());
        for (CatalogueEntry entry : context.catalogue().list()) {
            String agent = entry.agent().name();
            if (!agent.equals(self) && allowed.fit(agent) && tools.size() < MOST_TOOLS) {
                tools.put(freeName(agent), entry);
            }
        }
    }

    private String freeName(String agent) {
        String bare = agent.replace('.', '-');
        String name = bare.substring(0, Math.min(bare.length(), MOST_NAME));
        for (int i = 2; tools.containsKey(name); i++) {
            String end = "-" + i;
            name = bare.substring(0, Math.min(bare.length(), MOST_NAME - end.length())) + end;
        }
        return name;
    }

    /** What the model is shown. */
    List<ToolSpecification> shown() {
        return tools.entrySet().stream()
                .map(tool -> ToolSpecification.builder()
                        .name(tool.getKey())
                        .description(cut(tool.getValue().agent().description(), MOST_DESCRIPTION))
                        .parameters(Parameters.of(tool.getValue().inputSchema())
                                .shown(tool.getValue().inputSchema()))
                        .build())
                .toList();
    }

    /** Settles what the model's calls mean. */
    List<ToolCall> settled(List<ToolCall> calls, int round) {
        List<ToolCall> settled = new ArrayList<>();
        for (ToolCall call : calls) {
            CatalogueEntry entry = tools.get(call.name());
            String agent = entry == null ? "" : entry.agent().name();
            String id = call.id().isEmpty() ? "call-" + round + "-" + settled.size() : call.id();
            boolean asked = entry != null && (entry.agent().needsApproval() || approval.fit(agent));
            settled.add(new ToolCall(id, call.name(), agent, call.arguments(), asked));
        }
        return settled;
    }

    /**
     * Calls an agent.
     *
     * @return what it said, or what went wrong, for the model to make the best of
     * @throws CopilotException if the whole activation is over
     */
    String call(ToolCall call) {
        if (call.agent().isEmpty()) {
            return "Error: there is no tool '" + call.name() + "'; there are " + String.join(", ", tools.keySet());
        }
        Optional<Map<String, @Nullable Object>> arguments = Json.object(call.arguments());
        if (arguments.isEmpty()) {
            return "Error: the arguments are not a JSON object";
        }
        try {
            Parameters parameters = Parameters.of(context.catalogue()
                    .find(call.agent())
                    .orElseThrow(() -> NotFoundException.named(
                            "agent", call.agent(), context.catalogue().near(call.agent())))
                    .inputSchema());
            return cut(result(context.agents().invoke(parameters.request(call.agent(), arguments.get()))), MOST_RESULT);
        } catch (CopilotException refused) {
            if (context.cancelled() || Thread.currentThread().isInterrupted()) {
                throw refused;
            }
            String where = refused instanceof InvalidRequestException invalid
                    ? invalid.pointer().map(pointer -> " at " + pointer).orElse("")
                    : "";
            return "Error (" + refused.code().code() + where + "): " + refused.getMessage();
        }
    }

    private static String result(AgentReply reply) {
        if (reply.suspended()) {
            return "The agent did not finish: it waits for somebody to answer it, which cannot be done from here. Its run is "
                    + reply.run().map(Object::toString).orElse("not known") + ", and it asks: " + reply.text();
        }
        Optional<Data> data = reply.message().data();
        return data.isEmpty()
                ? reply.text()
                : List.of(reply.text(), Json.text(data.get())).stream()
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("\n"));
    }

    private static String cut(String text, int most) {
        return text.length() <= most
                ? text
                : text.substring(0, most) + "... (cut here; there are " + text.length() + " characters in all)";
    }
}
