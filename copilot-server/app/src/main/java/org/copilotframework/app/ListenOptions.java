package org.copilotframework.app;

import org.copilotframework.core.Orchestrator;
import org.copilotframework.server.http.HttpServer;
import org.copilotframework.server.http.HttpSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that listens. */
final class ListenOptions {
    /** The face whose settings they are over. */
    static final String FACE = "http";

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The port to listen on; 0 for any that is free (default: HTTP_PORT, or 8080).")
    private @Nullable Integer port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "The address to listen on (default: HTTP_HOST, or loopback).")
    private @Nullable String host;

    /** Begins to listen. */
    HttpServer listen(Orchestrator orchestrator) {
        return HttpServer.start(orchestrator, over(HttpSettings.of(orchestrator)));
    }

    /** What is said on the command line, and what the settings say otherwise. */
    HttpSettings over(HttpSettings settings) {
        return settings.at(host == null ? settings.host() : host, port == null ? settings.port() : port);
    }
}
