/**
 * What an application that embeds the orchestrator touches: {@link org.copilotframework.core.Orchestrator}, its builder, the
 * operations on {@linkplain org.copilotframework.core.Plugins plugins}, and health. Everything in the packages below this one
 * is internal and may change in any release.
 */
@NullMarked
package org.copilotframework.core;

import org.jspecify.annotations.NullMarked;
