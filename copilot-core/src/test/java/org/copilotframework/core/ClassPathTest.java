package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.copilotframework.core.settings.CopilotSettings;
import org.junit.jupiter.api.Test;

class ClassPathTest {
    @Test
    void anEmbedderTakesOnAtMostTwentyJars() throws Exception {
        Path classes = Path.of(CopilotSettings.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String classPath = Files.readString(classes.resolveSibling("runtime-class-path.txt"));
        List<String> jars = new ArrayList<>(List.of("copilot-core"));
        Arrays.stream(classPath.strip().split("\\|")).forEach(jars::add);
        assertThat(jars)
                .as("the build's class path at run time; exclude a jar in the root POM, or do without a library")
                .hasSizeGreaterThan(5)
                .hasSizeLessThanOrEqualTo(20);
    }
}
