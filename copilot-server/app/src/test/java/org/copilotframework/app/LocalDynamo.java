package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A DynamoDB Local that keeps all in memory, in a process of its own with the libraries of the module whose tests run it. */
final class LocalDynamo implements AutoCloseable {
    private static final Path MODULE = Path.of(System.getProperty("copilot.test.dynamodb"));

    private final Process process;
    private final int port;

    /** Starts one; what it needs besides, and says, is in a folder of its own. */
    LocalDynamo(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<String> jars = new ArrayList<>(Files.readAllLines(MODULE.resolve("dynamodb-local.txt")));
        for (String jar : jars) {
            if (jar.matches(".*\\.(so|dylib|dll)")) {
                Path library = Path.of(jar);
                Files.copy(library, folder.resolve(library.getFileName()));
            }
        }
        jars.add(0, MODULE.resolve("test-classes").toString());
        Path errors = folder.resolve("server.txt");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-Dsqlite4java.library.path=" + folder,
                        "-cp",
                        String.join(File.pathSeparator, jars),
                        "org.copilotframework.storage.dynamodb.DynamoLocalMain",
                        "0",
                        "-disableTelemetry",
                        "-inMemory")
                .redirectError(errors.toFile())
                .start();
        BufferedReader output = process.inputReader(UTF_8);
        String line = output.readLine();
        while (line != null && !line.startsWith("port ")) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("DynamoDB Local did not start: " + Files.readString(errors));
        }
        port = Integer.parseInt(line.substring(5));
        Thread drain = new Thread(() -> output.lines().forEach(rest -> {}), "dynamodb-local-output");
        drain.setDaemon(true);
        drain.start();
    }

    int port() {
        return port;
    }

    /** The URL of a table, at this port or at that of somebody in between. */
    static String url(String table, int port) {
        return "dynamodb://local:hidden@eu-central-1/" + table + "?endpoint=http://127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
