package org.copilotframework.core.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.TreeMap;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.fleet.PluginSet.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SetFormTest {
    private static final Entry X = new Entry("x", "1.0.0", "0123456789abcdef".repeat(4), 17, "p.archives/x.zip");
    private static final PluginSet SET = new PluginSet(3, new TreeMap<>(Map.of("x", X)));

    @Test
    void whatIsWrittenIsRead() {
        assertThat(SetForm.read(SetForm.write(SET))).isEqualTo(SET);
        assertThat(new String(SetForm.write(SET), UTF_8))
                .startsWith("{\n  \"format\" : 1,")
                .endsWith("}\n");
    }

    @Test
    void whatALaterReleaseAddsIsLeftAside() {
        assertThat(SetForm.read(changed("\"id\" : \"x\"", "\"more\" : [1], \"id\" : \"x\"")))
                .isEqualTo(SET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"format\" : 1 | \"format\" : 2 | run the release that wrote it",
                "\"format\" : 1 | \"form\" : 1 | format is not a whole number",
                "\"revision\" : 3 | \"revision\" : -3 | revision is not a whole number",
                "\"plugins\" | \"plugin\" | 'plugins' is not a list",
                "\"id\" : \"x\" | \"id\" : \"../x\" | plugins[0].id '../x' is not the id of a plugin",
                "\"id\" : \"x\" | \"id\" : 5 | plugins[0].id is not a text",
                "\"1.0.0\" | \"one\" | plugins[0].version",
                "\"0123 | \"zzzz | plugins[0].sha256 is not 64 hexadecimal digits",
                "\"size\" : 17 | \"size\" : 1.5 | plugins[0].size is not a whole number",
                "\"archive\" | \"file\" | plugins[0].archive is not a text",
                "{ | [ | this is not JSON",
            })
    void whatIsWrongIsNamedByItsPlace(String part, String instead, String words) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> SetForm.read(changed(part, instead)))
                .withMessageContaining(words);
    }

    @Test
    void whatIsNoTextOrTooLongIsRefused() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> SetForm.read(new byte[] {(byte) 0xff}))
                .withMessageContaining("UTF-8");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> SetForm.read(new byte[SetForm.MAX_BYTES + 1]))
                .withMessageContaining("bytes");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> SetForm.read("[]".getBytes(UTF_8)))
                .withMessageContaining("is not an object");
        String twice = new String(SetForm.write(SET), UTF_8);
        String one = twice.substring(twice.indexOf("[") + 1, twice.indexOf("]"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(
                        () -> SetForm.read(twice.replace(one, one + "," + one).getBytes(UTF_8)))
                .withMessageContaining("plugin x is there twice");
    }

    private static byte[] changed(String part, String instead) {
        return new String(SetForm.write(SET), UTF_8).replace(part, instead).getBytes(UTF_8);
    }
}
