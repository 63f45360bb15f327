package org.copilotframework.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own: our program as it is shipped, or {@link BareJetty} with the very jars that ours has. */
final class ServedProcess implements AutoCloseable {
    /** More than a start takes on a machine that has much else to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int POLL_MILLIS = 2;

    private final Process process;
    private final InetSocketAddress address;
    private final Thread end;
    private final double millis;

    private ServedProcess(Process process, InetSocketAddress address, Thread end, double millis) {
        this.process = process;
        this.address = address;
        this.end = end;
        this.millis = millis;
    }

    /**
     * {@code copilot run}, with what {@code ./copilot} has besides.
     *
     * @param folder where the process works and keeps things, and its output
     */
    static ServedProcess ours(Path folder, Map<String, String> settings, String... options)
            throws IOException, InterruptedException {
        List<String> command = java();
        command.add("--enable-native-access=ALL-UNNAMED");
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-Dcopilot.home=" + folder.resolve("home"));
        command.addAll(List.of("-jar", server().resolve("copilot.jar").toString(), "run"));
        command.addAll(List.of(options));
        int port = freePort();
        command.addAll(List.of("--port", Integer.toString(port)));
        return start(command, folder, port, "/health/ready");
    }

    static ServedProcess bare(Path folder) throws IOException, InterruptedException {
        List<String> command = java();
        String jars = server().resolve("lib").resolve("*").toString();
        String own = ChildJvm.target().resolve("benchmarks.jar").toString();
        int port = freePort();
        command.addAll(List.of(
                "-cp", own + java.io.File.pathSeparator + jars, BareJetty.class.getName(), Integer.toString(port)));
        return start(command, folder, port, BareJetty.READY);
    }

    /** Where the program and the example lie. */
    static Path server() {
        return ChildJvm.target().resolve("server");
    }

    private static List<String> java() {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java(), "-Xmx512m"));
        command.addAll(List.of(System.getProperty("server", "").split(" ")));
        command.removeIf(String::isEmpty);
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns once the path is answered with 200. */
    private static ServedProcess start(List<String> command, Path folder, int port, String path)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear(); // Settings of whoever runs this are none of the server's.
        long begin = System.nanoTime();
        Process process = builder.start();
        Thread end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        while (!isOk(address, path)) {
            boolean late = System.nanoTime() - begin > PATIENCE.toNanos();
            if (late || process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "a server does not serve: " + command + "\n" + Files.readString(output));
            }
        }
        return new ServedProcess(process, address, end, (System.nanoTime() - begin) / 1e6);
    }

    private static boolean isOk(InetSocketAddress address, String path) {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.startsWith("HTTP/1.1 200 ");
        } catch (IOException notYet) {
            return false;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    String url(String path) {
        return "http://127.0.0.1:" + address.getPort() + path;
    }

    /** From the wish that there be a process to its first answer that it is ready. */
    double millisToReady() {
        return millis;
    }

    /** What the process has spent so far. */
    Duration processor() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Memory that is resident, in MiB; 0 where the system does not tell. */
    double residentMib() throws IOException {
        return status("VmRSS:") / 1024;
    }

    double threads() throws IOException {
        return status("Threads:");
    }

    private double status(String name) throws IOException {
        Path file = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(file)) {
            return 0;
        }
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                return Double.parseDouble(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(end);
    }
}
