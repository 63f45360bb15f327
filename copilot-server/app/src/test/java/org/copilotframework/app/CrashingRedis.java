package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/** A Redis that is ended in the middle of its work and started again; every commit waits for the disk. */
final class CrashingRedis implements AutoCloseable {
    private final Path data;
    private final String program;
    private final int port;
    private Process process;

    CrashingRedis(Path data) throws IOException {
        this.data = Files.createDirectories(data);
        this.program =
                ExecutableProvider.newJarResourceProvider(data.toFile()).get().getPath();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
        this.process = start();
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    private Process start() throws IOException {
        List<String> command = List.of(
                program,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                data.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always");
        Process begun = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(data.resolve("out.txt").toFile()))
                .start();
        await().atMost(Duration.ofSeconds(60)).until(this::answers);
        return begun;
    }

    /** Not while it reads its data. */
    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), US_ASCII).equals("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }

    void crashAndStartAgain() throws IOException {
        close();
        process = start();
    }

    /** Ends it at once, as a crash does. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
