/**
 * Tests of agents and plugins, in the same orchestrator that will run them later: {@link
 * org.copilotframework.testkit.CopilotExtension} gives a test an orchestrator, {@link
 * org.copilotframework.testkit.CopilotAssertions} speaks of replies, runs and errors, {@link
 * org.copilotframework.testkit.PluginChecks} of archives. Kits for providers of storage and the like live with their
 * families, not here.
 */
@NullMarked
package org.copilotframework.testkit;

import org.jspecify.annotations.NullMarked;
