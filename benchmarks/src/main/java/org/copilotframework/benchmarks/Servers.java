package org.copilotframework.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/** Servers that are programs of their own; each ends with the process that is returned. */
final class Servers {
    private static final int ATTEMPTS = 300;

    private Servers() {}

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A Redis that writes each command to its file, and waits for the disk. */
    static Process redis(Path folder, int port) throws IOException, InterruptedException {
        File program =
                ExecutableProvider.newJarResourceProvider(folder.toFile()).get();
        List<String> command = new ArrayList<>(List.of(program.getPath(), "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", folder.toString()));
        command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.txt").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        for (int i = 0; i < ATTEMPTS; i++) {
            if (answers(port)) {
                return process;
            }
            Thread.sleep(50);
        }
        process.destroyForcibly();
        throw new IllegalStateException("Redis does not start: " + Files.readString(folder.resolve("redis.txt")));
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A DynamoDB Local that keeps its data on disk; it ends by itself when this process does. */
    static Process dynamoDb(Path folder, int port) throws IOException {
        List<String> jars = new ArrayList<>(Files.readAllLines(ChildJvm.target().resolve("dynamodb-local.txt")));
        for (String jar : jars) {
            if (jar.matches(".*\\.(so|dylib|dll)")) {
                Path library = Path.of(jar);
                Files.copy(library, folder.resolve(library.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        jars.add(0, ChildJvm.target().resolve("benchmarks.jar").toString());
        Process process = new ProcessBuilder(
                        ChildJvm.java(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-Dsqlite4java.library.path=" + folder,
                        "-cp",
                        String.join(File.pathSeparator, jars),
                        DynamoDbServer.class.getName(),
                        Integer.toString(port),
                        folder.toString())
                .redirectError(folder.resolve("server.txt").toFile())
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(DynamoDbServer.READY)) {
                Thread drain = new Thread(() -> output.lines().forEach(more -> {}), "dynamodb-output");
                drain.setDaemon(true);
                drain.start();
                return process;
            }
        }
        throw new IllegalStateException(
                "DynamoDB Local does not start: " + Files.readString(folder.resolve("server.txt")));
    }
}
