package org.copilotframework.storage.s3;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** An S3Proxy in a process of its own, which checks signatures and ends with this one whatever happens. */
final class S3Server implements AutoCloseable {
    static final String KEY = "AKIDLOCAL";
    static final String SECRET = "a-hidden-secret";

    private final Process process;
    private final int port;

    private S3Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** A server that keeps all in memory. */
    static S3Server start() {
        Path list = Path.of(Objects.requireNonNull(
                System.getProperty("copilot.test.server.jars"), "run the tests with Maven, which knows the jars"));
        try {
            List<String> jars = new ArrayList<>(Files.readAllLines(list));
            Path target = list.toAbsolutePath().getParent();
            jars.add(0, target.resolve("test-classes").toString());
            Path errors = Files.createTempFile(target, "s3proxy-", ".log");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-XX:+UseSerialGC",
                            "-cp",
                            String.join(File.pathSeparator, jars),
                            S3ProxyMain.class.getName(),
                            KEY,
                            SECRET)
                    .redirectError(errors.toFile())
                    .start();
            return new S3Server(process, port(process, errors));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int port(Process process, Path errors) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("port ")) {
                Thread drain = new Thread(() -> output.lines().forEach(rest -> {}), "s3proxy-output");
                drain.setDaemon(true);
                drain.start();
                return Integer.parseInt(line.substring(5));
            }
        }
        throw new IllegalStateException("S3Proxy did not start: " + Files.readString(errors));
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
