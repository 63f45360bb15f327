package org.copilotframework.storage.dynamodb;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A DynamoDB Local in a process of its own, which ends with this one whatever happens. */
final class DynamoLocal implements AutoCloseable {
    private static final Path TARGET = jars().toAbsolutePath().getParent();

    private final Path folder;
    private final List<String> place;
    private Process process;
    private int port;

    private DynamoLocal(Path folder, List<String> place) {
        this.folder = folder;
        this.place = place;
        begin(0);
    }

    /** A server with nothing in it, which keeps its data in a folder of its own: it may be stopped and begun again. */
    static DynamoLocal lasting() {
        Path folder = newFolder();
        return new DynamoLocal(folder, List.of("-dbPath", folder.toString()));
    }

    /** A server with nothing in it, which forgets all when it is stopped, and waits for no disk meanwhile. */
    static DynamoLocal forgetful() {
        return new DynamoLocal(newFolder(), List.of("-inMemory"));
    }

    private static Path newFolder() {
        try {
            return Files.createTempDirectory(TARGET, "dynamodb-local-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return port;
    }

    /** The URL of a table in this server. */
    String url(String table) {
        return url(table, port);
    }

    static String url(String table, int port) {
        return "dynamodb://local:secret@eu-central-1/" + table + "?endpoint=http://127.0.0.1:" + port;
    }

    /**
     * Ends the server when it has done what it was asked for. To kill it would prove nothing of DynamoDB: of the transactions
     * that DynamoDB Local has acknowledged in the last moment, it then loses some.
     */
    void stop() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Begins again after {@link #stop()}, on the same port and with the data that it has kept. */
    void again() {
        begin(port);
    }

    private void begin(int wanted) {
        try {
            List<String> jars = new ArrayList<>(Files.readAllLines(jars()));
            Path libraries = Files.createDirectories(TARGET.resolve("dynamodb-local-native"));
            for (String jar : jars) {
                Path file = Path.of(jar);
                if (jar.matches(".*\\.(so|dylib|dll)") && !Files.exists(libraries.resolve(file.getFileName()))) {
                    // Another JVM may do so at this moment; none may load half a file.
                    Path whole = Files.createTempFile(libraries, "copy-", ".tmp");
                    Files.copy(file, whole, StandardCopyOption.REPLACE_EXISTING);
                    Files.move(whole, libraries.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                }
            }
            jars.add(0, TARGET.resolve("test-classes").toString());
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-Dsqlite4java.library.path=" + libraries,
                    "-cp",
                    String.join(File.pathSeparator, jars),
                    DynamoLocalMain.class.getName(),
                    Integer.toString(wanted),
                    "-disableTelemetry"));
            command.addAll(place);
            process = new ProcessBuilder(command)
                    .redirectError(folder.resolve("server.txt").toFile())
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("port ")) {
                    port = Integer.parseInt(line.substring(5));
                    drain(output);
                    return;
                }
            }
            throw new IllegalStateException(
                    "DynamoDB Local did not start: " + Files.readString(folder.resolve("server.txt")));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void drain(BufferedReader output) {
        Thread drain = new Thread(() -> output.lines().forEach(line -> {}), "dynamodb-local-output");
        drain.setDaemon(true);
        drain.start();
    }

    private static Path jars() {
        return Path.of(Objects.requireNonNull(
                System.getProperty("copilot.test.server.jars"), "run the tests with Maven, which knows the jars"));
    }

    @Override
    public void close() {
        stop();
    }
}
