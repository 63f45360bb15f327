package org.copilotframework.testkit.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Maven, as a person would call it.
 *
 * @param folder where
 * @param always arguments of each call
 */
record MavenRun(Path folder, List<String> always) {
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    /**
     * What came of it.
     *
     * @param status 0 if the build succeeded
     * @param output all that was printed
     */
    record Outcome(int status, String output) {
        Outcome requireSuccess() {
            assertThat(status).as(output).isZero();
            return this;
        }
    }

    /** Runs to the end, on the JDK of this test. */
    Outcome run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(WINDOWS ? "mvn.cmd" : "mvn", "-B", "-q", "-ntp"));
        command.add("-Dstyle.color=never");
        command.addAll(always);
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("copilot-maven-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        // Said by the Maven that runs this test, about itself.
        environment.keySet().removeAll(List.of("MAVEN_BASEDIR", "MAVEN_PROJECTBASEDIR", "MAVEN_CMD_LINE_ARGS"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("Maven ends").isTrue();
            return new Outcome(process.exitValue(), Files.readString(output));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while Maven ran", interrupted);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }
}
