package org.copilotframework.api.agent;

import java.util.Objects;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * What an agent says of itself.
 *
 * @param name the name by which it is called: 1 to 128 characters, lower-case ASCII letters, digits, {@code .}, {@code _} and
 *     {@code -}, beginning with a letter or digit
 * @param description what it does, for a person or a model that must choose; may be empty
 * @param execution how it uses its thread
 * @param needsApproval whether a user should approve what it does, when a model chose to call it
 */
public record AgentDescriptor(String name, String description, Execution execution, boolean needsApproval) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    /**
     * Checks the name.
     *
     * @throws InvalidRequestException if the name has another form
     */
    public AgentDescriptor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(execution, "execution");
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException("an agent is named by 1 to 128 lower-case ASCII letters, digits, '.', '_'"
                    + " and '-', beginning with a letter or digit; '" + name + "' is not such a name");
        }
    }

    /**
     * A descriptor of an agent that needs no approval.
     *
     * @param name the name by which it is called
     * @param description what it does
     * @param execution how it uses its thread
     * @throws InvalidRequestException if the name has a wrong form
     */
    public AgentDescriptor(String name, String description, Execution execution) {
        this(name, description, execution, false);
    }

    /**
     * A descriptor of an agent that mostly waits.
     *
     * @param name the agent's name
     * @param description what it does
     * @return the descriptor
     * @throws InvalidRequestException if the name has a wrong form
     */
    public static AgentDescriptor of(String name, String description) {
        return new AgentDescriptor(name, description, Execution.BLOCKING);
    }

    /**
     * Reads the descriptor from a class's {@link AgentInfo}.
     *
     * @param type the agent's class
     * @return the descriptor
     * @throws IllegalStateException if the class carries no {@link AgentInfo}
     * @throws InvalidRequestException if the name has a wrong form
     */
    public static AgentDescriptor of(Class<? extends Agent> type) {
        AgentInfo info = type.getAnnotation(AgentInfo.class);
        if (info == null) {
            throw new IllegalStateException(
                    type.getName() + " carries no @AgentInfo; add @AgentInfo(name = \"...\") to the"
                            + " class, or override descriptor()");
        }
        return new AgentDescriptor(info.name(), info.description(), info.execution(), info.needsApproval());
    }
}
