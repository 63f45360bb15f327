/**
 * Internal: settings, where they come from, and what is wrong with them. SmallRye Config is used here and nowhere else in core.
 * Core's own settings are {@link org.copilotframework.core.settings.CopilotSettings}; a plugin's are a record of the plugin, bound
 * by hand so that no cache keeps its class.
 */
@NullMarked
package org.copilotframework.core.settings;

import org.jspecify.annotations.NullMarked;
