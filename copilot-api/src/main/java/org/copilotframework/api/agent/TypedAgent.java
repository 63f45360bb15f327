package org.copilotframework.api.agent;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;

/**
 * An agent that takes and gives records. The host describes both by JSON Schema in the catalogue, and data that does not fit
 * never reaches the agent.
 *
 * <pre>{@code
 * @AgentInfo(name = "sum", description = "Adds two numbers.")
 * public final class Sum extends TypedAgent<Sum.Numbers, Sum.Total> {
 *     public record Numbers(@Doc("the first number") int a, @Default("1") int b) {}
 *     public record Total(int total) {}
 *
 *     protected Total answer(Numbers numbers, AgentContext context) {
 *         return new Total(numbers.a() + numbers.b());
 *     }
 * }
 * }</pre>
 *
 * @param <I> what the agent takes
 * @param <O> what the agent gives
 */
public abstract class TypedAgent<I, O> implements Agent {
    private final Type input;
    private final Type output;

    /**
     * Takes both types from the class's declaration.
     *
     * @throws IllegalStateException if a type is left open there; the other constructor then names them
     */
    protected TypedAgent() {
        Map<TypeVariable<?>, Type> bound = new HashMap<>();
        Class<?> type = getClass();
        while (type != TypedAgent.class) {
            if (type.getGenericSuperclass() instanceof ParameterizedType parent) {
                TypeVariable<?>[] variables = ((Class<?>) parent.getRawType()).getTypeParameters();
                for (int i = 0; i < variables.length; i++) {
                    Type argument = parent.getActualTypeArguments()[i];
                    bound.put(variables[i], argument instanceof TypeVariable<?> open ? resolve(bound, open) : argument);
                }
            }
            type = type.getSuperclass();
        }
        TypeVariable<?>[] own = TypedAgent.class.getTypeParameters();
        this.input = closed(bound.get(own[0]));
        this.output = closed(bound.get(own[1]));
    }

    /**
     * Names both types.
     *
     * @param input what the agent takes
     * @param output what the agent gives
     */
    protected TypedAgent(Class<I> input, Class<O> output) {
        this.input = Objects.requireNonNull(input, "input");
        this.output = Objects.requireNonNull(output, "output");
    }

    /**
     * Whether the run waits before it is answered: asked in each activation, before {@link #answer}. The input is what the run
     * began with, in each activation the same; {@link AgentContext#message()} is what this activation was told, such as the
     * answer to a question.
     *
     * @param input what the run began with, which fits its schema
     * @param context what the host offers for this activation
     * @return a reply that suspends, such as {@link AgentReply#inputRequired(String)}; or empty (the default) to answer now
     * @throws Exception whatever goes wrong, as {@link Agent#handle}
     */
    protected Optional<AgentReply> suspension(I input, AgentContext context) throws Exception {
        return Optional.empty();
    }

    /**
     * Answers one request.
     *
     * @param input what the run began with, which fits its schema
     * @param context what the host offers for this activation
     * @return the answer, never null
     * @throws Exception whatever goes wrong, as {@link Agent#handle}
     */
    protected abstract O answer(I input, AgentContext context) throws Exception;

    /**
     * The plugin's own JSON, for types that the host's does not know.
     *
     * @return a codec, or empty (the default) for the host's
     */
    protected Optional<JsonCodec> codec() {
        return Optional.empty();
    }

    /**
     * What the agent takes.
     *
     * @return the type
     */
    public final Type inputType() {
        return input;
    }

    /**
     * What the agent gives.
     *
     * @return the type
     */
    public final Type outputType() {
        return output;
    }

    /**
     * The codec of this agent: its own, or else the given one of the host.
     *
     * @param host the host's codec for this generation
     * @return the codec to bind with
     */
    public final JsonCodec codec(JsonCodec host) {
        return codec().orElse(host);
    }

    @Override
    @SuppressWarnings("unchecked")
    public final AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
        JsonCodec codec = codec(context.json());
        Data data = context.firstMessage()
                .data()
                .orElseThrow(() -> InvalidRequestException.at(
                        "",
                        "agent '" + request.agent() + "' takes data, not text; its schema is in the" + " catalogue"));
        I said = (I) codec.read(data, input);
        Optional<AgentReply> suspension = suspension(said, context);
        if (suspension.isPresent()) {
            if (!suspension.get().suspended()) {
                throw new IllegalStateException(
                        "suspension() returned a reply that does not suspend; answer() gives the answer");
            }
            return suspension.get();
        }
        O answer = answer(said, context);
        return AgentReply.data(codec.write(Objects.requireNonNull(answer, "answer() returned null")));
    }

    private static Type resolve(Map<TypeVariable<?>, Type> bound, TypeVariable<?> open) {
        return bound.getOrDefault(open, open);
    }

    private Type closed(@Nullable Type type) {
        if (type == null || type instanceof TypeVariable<?>) {
            throw new IllegalStateException(getClass().getName() + " leaves a type of TypedAgent open; call"
                    + " super(Input.class, Output.class) in its constructor");
        }
        return type;
    }
}
