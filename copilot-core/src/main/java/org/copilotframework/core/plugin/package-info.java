/**
 * Internal: the plugin host. It turns accepted archives ({@code core.archive}) into generations that serve, exchanges them
 * without a failed call, and takes them down without a trace. PF4J is used here and nowhere else, and never on the way of a
 * request: what can be called is published to {@code core.agent}.
 *
 * <p>Read in this order: {@code PluginHost} (puts the parts together), {@code FirstStart} and {@code Operations} (what begins a
 * change), {@code Exchange} (one move of one swap unit), {@code Generation} (one plugin, loaded once), {@code GenerationLoader}
 * (what it can see), {@code Deployments} (what serves now), {@code Source} (where plugins come from: the watched {@code Inbox},
 * or a manifest), {@code Upkeep} (what follows from a change), {@code LeakWatch}.
 */
@NullMarked
package org.copilotframework.core.plugin;

import org.jspecify.annotations.NullMarked;
