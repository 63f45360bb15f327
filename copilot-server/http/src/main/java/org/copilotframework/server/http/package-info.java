/**
 * The face over HTTP. {@link org.copilotframework.server.http.HttpServer} runs a server of its own; {@link
 * org.copilotframework.server.http.HttpFace} is the same as a servlet for an application that has one. Both know the orchestrator
 * alone: who a caller is and what he may do is asked at its door.
 */
@NullMarked
package org.copilotframework.server.http;

import org.jspecify.annotations.NullMarked;
