package org.copilotframework.api.agent;

import org.copilotframework.api.plugin.PluginContext;
import org.pf4j.ExtensionPoint;

/**
 * An agent. A plugin offers one by a public class with a public constructor without parameters that carries {@link
 * AgentInfo}; an application may also register an object of its own.
 *
 * <p>There is one instance per generation of the plugin. Many threads call {@link #handle} at once, for many tenants, so
 * an agent keeps what belongs to a tenant in its session or in blobs, never in a field.
 */
public interface Agent extends ExtensionPoint {
    /**
     * Answers one request. Written in blocking style: the host has given this call a thread of its own, unless the
     * application lends the calling one ({@code onCallerThread()}). The method should
     * end soon after {@link AgentContext#cancelled()} turns true or the thread is interrupted.
     *
     * @param request what was said
     * @param context what the host offers for this activation; not to be used after this method has returned
     * @return the reply, never null
     * @throws Exception whatever goes wrong; the caller gets an {@link org.copilotframework.api.error.AgentFailedException}
     *     with its class and message. A {@link org.copilotframework.api.error.CopilotException} reaches the caller as it is
     */
    AgentReply handle(AgentRequest request, AgentContext context) throws Exception;

    /**
     * Prepares this generation before it serves. Bounded in time by the host; a generation that throws or does not return in
     * time never serves.
     *
     * @param plugin what the host offers to the plugin
     * @throws Exception if the agent cannot serve; the message should name the setting and the fix
     */
    default void start(PluginContext plugin) throws Exception {}

    /**
     * Frees what {@link #start} took, after the last call has ended, or after a start that failed. Threads, hooks and beans that are left behind keep the
     * plugin's classes in memory.
     *
     * @throws Exception whatever goes wrong; it is logged and the generation is unloaded all the same
     */
    default void stop() throws Exception {}

    /**
     * What this agent says of itself. Agents that are made from configuration (see {@link AgentSource}) override this; for
     * the others it is read from {@link AgentInfo}.
     *
     * @return name, description and way of running
     * @throws IllegalStateException if the class carries no {@link AgentInfo}
     */
    default AgentDescriptor descriptor() {
        return AgentDescriptor.of(getClass());
    }
}
