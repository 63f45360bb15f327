package org.copilotframework.api.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.pf4j.Extension;

/**
 * Names an agent and lets the plugin host find it: the annotation processor of PF4J writes the class into the plugin's
 * extension index.
 */
@Documented
@Extension
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface AgentInfo {
    /**
     * The name by which the agent is called, unique in an orchestrator.
     *
     * @return 1 to 128 characters: lower-case ASCII letters, digits, {@code .}, {@code _} and {@code -}, beginning with a
     *     letter or digit
     */
    String name();

    /**
     * What the agent does, for a person or a model that must choose an agent.
     *
     * @return one or two sentences
     */
    String description() default "";

    /**
     * How the agent uses its thread.
     *
     * @return {@link Execution#BLOCKING} by default
     */
    Execution execution() default Execution.BLOCKING;

    /**
     * Whether what the agent does should be approved by the user, when a model chose to call it: it sends, pays, deletes. The host
     * lets a caller call it all the same; who offers agents to a model, as {@code plugins-example/assistant} does, asks first.
     *
     * @return false by default
     */
    boolean needsApproval() default false;
}
