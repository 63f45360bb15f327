/** A chat agent on an OpenAI-compatible endpoint. The other agents are its tools, and its user approves the risky ones. */
@NullMarked
package org.copilotframework.example.assistant;

import org.jspecify.annotations.NullMarked;
