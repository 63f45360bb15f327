/** Measures the orchestrator and prints the figures beside a baseline of the same run. Nothing here is part of a release. */
@NullMarked
package org.copilotframework.benchmarks;

import org.jspecify.annotations.NullMarked;
