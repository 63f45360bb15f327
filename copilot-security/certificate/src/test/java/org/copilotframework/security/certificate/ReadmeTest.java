package org.copilotframework.security.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.copilotframework.api.agent.Default;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void everySettingIsInTheReadmeWithItsDefault() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (RecordComponent component : CertificateSettings.class.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            Default fallback = component.getAnnotation(Default.class);
            String value = fallback == null || fallback.value().isEmpty() ? "" : "`" + fallback.value() + "` |";
            assertThat(readme).contains("\n| `" + name + "` | " + value);
        }
    }
}
