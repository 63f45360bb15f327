/** What a plugin is given by its host, and how a plugin is named. How plugins are loaded lives in the host. */
@NullMarked
package org.copilotframework.api.plugin;

import org.jspecify.annotations.NullMarked;
