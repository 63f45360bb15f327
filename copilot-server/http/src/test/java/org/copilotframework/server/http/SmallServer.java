package org.copilotframework.server.http;

import java.nio.file.Path;

/** A server with the tests' agents, in a process of its own that has little memory. */
final class SmallServer {
    private SmallServer() {}

    /** Tells the port on a line, and ends when its input does. */
    public static void main(String[] args) throws Exception {
        try (TestServer server = TestServer.asSet(
                Path.of(args[0]),
                builder -> builder.setting("copilot.http.archive-bytes", args[1])
                        .setting("copilot.blobs.max-bytes", args[1]))) {
            System.out.println("port " + server.server.port());
            System.in.readAllBytes();
        }
        System.exit(0);
    }
}
