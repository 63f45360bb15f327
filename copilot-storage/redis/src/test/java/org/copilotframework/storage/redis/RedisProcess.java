package org.copilotframework.storage.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis in a process and a folder of its own, on the loopback address. Its program comes from Maven, or is the one that
 * the environment variable {@code COPILOT_TEST_REDIS_SERVER} names.
 */
final class RedisProcess implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final List<String> command;
    private Process process;

    private RedisProcess(Path directory, int port, List<String> command) {
        this.directory = directory;
        this.port = port;
        this.command = command;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
        resume();
    }

    /** Starts a server with settings as on its command line, such as {@code --appendonly yes}. */
    static RedisProcess start(String... settings) {
        return startAt(freePort(), settings);
    }

    static RedisProcess startAt(int port, String... settings) {
        try {
            Path root = Files.createDirectories(Path.of("target", "redis").toAbsolutePath());
            Path directory = Files.createTempDirectory(root, "server-");
            List<String> command = new ArrayList<>(List.of(program(root)));
            command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
            command.addAll(List.of("--dir", directory.toString(), "--logfile", "log.txt", "--loglevel", "notice"));
            Arrays.stream(settings)
                    .flatMap(line -> Arrays.stream(line.split(" ")))
                    .forEach(command::add);
            return new RedisProcess(directory, port, command);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    Path directory() {
        return directory;
    }

    /** Ends the process as kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts the process again, with what it wrote to disk. */
    void resume() {
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("out.txt").toFile()))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .until(this::answers);
    }

    @Override
    public void close() {
        kill();
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("Redis ended: " + Files.readString(directory.resolve("out.txt")));
        }
        // While it reads its data from disk, it answers a PING by an error.
        String reply = say("PING");
        return reply.startsWith("+PONG") || reply.startsWith("-NOAUTH");
    }

    /** Sends a line, as a person with telnet would, and gives the beginning of the reply; empty if there is none. */
    String say(String line) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] reply = new byte[4096];
            int length = socket.getInputStream().read(reply);
            return length < 0 ? "" : new String(reply, 0, length, StandardCharsets.UTF_8);
        } catch (IOException notYet) {
            return "";
        }
    }

    /** Makes a node of a cluster responsible for hash slots. */
    void takeSlots(int from, int to) {
        for (int first = from; first < to; first += 1000) {
            String slots = IntStream.range(first, Math.min(to, first + 1000))
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(" "));
            say("CLUSTER ADDSLOTS " + slots);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String program(Path root) throws IOException {
        String named = System.getenv("COPILOT_TEST_REDIS_SERVER");
        if (named != null) {
            return named;
        }
        synchronized (RedisProcess.class) {
            Path folder = Files.createDirectories(root.resolve("program"));
            File[] there = folder.toFile().listFiles((where, name) -> name.startsWith("redis-server"));
            if (there != null && there.length > 0) {
                return there[0].getPath();
            }
            // Another JVM of the same build may do so, too, and must not find a program that cannot be run yet.
            Path unpacking = Files.createTempDirectory(root, "unpacking-");
            Path unpacked = ExecutableProvider.newJarResourceProvider(unpacking.toFile())
                    .get()
                    .toPath();
            Path program = folder.resolve(unpacked.getFileName());
            return Files.move(unpacked, program, StandardCopyOption.ATOMIC_MOVE).toString();
        }
    }
}
