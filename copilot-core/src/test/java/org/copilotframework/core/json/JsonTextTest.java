package org.copilotframework.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.DataPart;
import org.copilotframework.api.message.FilePart;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.message.TextPart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    @Test
    void numbersKeepAllTheirDigits() {
        assertThat(JsonText.parse("[1, 1.5, 9223372036854775808, 0.1000000000000000000001, 1e400, -0.0]")
                        .value())
                .isEqualTo(List.of(
                        1L,
                        1.5,
                        new BigInteger("9223372036854775808"),
                        new BigDecimal("0.1000000000000000000001"),
                        new BigDecimal("1e400"),
                        0.0));
    }

    @Test
    void whatIsWrittenReadsBack() {
        String json = "{\"a\":[1,2.5,true,null,\"x\\n\\u0000\"],\"b\":{}}";
        assertThat(JsonText.write(JsonText.parse(json))).isEqualTo(json);
        assertThat(JsonText.pretty(JsonText.parse("{\"a\":[1]}"))).isEqualTo("{\n  \"a\" : [\n    1\n  ]\n}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{'a':1}",
                "nul",
                "01",
                "NaN",
                "1 2",
                "{\"a\":1,\"a\":2}",
                "// x",
                "\"\u0001\"",
                "1e99999999999"
            })
    void whatIsNotJsonIsRefusedInWords(String text) {
        assertThatThrownBy(() -> JsonText.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .message()
                .contains("JSON")
                .doesNotContain("Feature", "ackson", "Constraints");
    }

    @Test
    void theLineAndColumnAreNamed() {
        assertThatThrownBy(() -> JsonText.parse("{\n  \"a\": ?\n}")).hasMessageContaining("line 2, column 8");
    }

    @Test
    void hostileTextIsBounded() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> JsonText.parse(deep)).isInstanceOf(InvalidRequestException.class);
        String longNumber = "9".repeat(100_000);
        assertThatThrownBy(() -> JsonText.parse(longNumber)).isInstanceOf(InvalidRequestException.class);
        String wide = "[" + "0,".repeat(Data.MAX_NODES + 1) + "0]";
        assertThatThrownBy(() -> JsonText.parse(wide)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aMessageHasAStableForm() {
        Message message = new Message(
                Role.USER,
                List.of(
                        new TextPart("hello"),
                        new DataPart(Data.of(Map.of("n", 1))),
                        FilePart.of("a.txt", "text/plain", new byte[] {1, 2}),
                        FilePart.at("b", "text/plain", URI.create("https://example.org/b"))));
        String json = JsonText.write(message);
        assertThat(json)
                .isEqualTo(
                        "{\"role\":\"user\",\"parts\":[{\"text\":\"hello\"},{\"data\":{\"n\":1}},"
                                + "{\"file\":{\"name\":\"a.txt\",\"mediaType\":\"text/plain\",\"bytes\":\"AQI=\"}},"
                                + "{\"file\":{\"name\":\"b\",\"mediaType\":\"text/plain\",\"uri\":\"https://example.org/b\"}}]}");
        assertThat(JsonText.message(json)).isEqualTo(message);
    }

    @Test
    void theDeepestDataFitsIntoAMessage() {
        Object tree = 1L;
        for (int i = 0; i < Data.MAX_DEPTH; i++) {
            tree = List.of(tree);
        }
        Message message = new Message(Role.AGENT, List.of(new DataPart(Data.of(tree))));
        assertThat(JsonText.message(JsonText.write(message))).isEqualTo(message);
        assertThat(JsonText.parse(JsonText.write(Data.of(tree)))).isEqualTo(Data.of(tree));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        []                                                       | /: an object is expected
        {"role":"system","parts":[]}                             | /role: one of user, agent is expected
        {"role":"user"}                                          | /parts: an array of parts is expected
        {"role":"user","parts":[{}]}                             | /parts/0: exactly one of text, data, file is expected
        {"role":"user","parts":[{"txt":""}]}                     | /parts/0/txt: is not known here; known are data, file, text
        {"role":"user","parts":[{"text":1}]}                     | /parts/0/text: a text is expected
        {"role":"user","parts":[{"file":{"name":"a","mediaType":"b"}}]} | /parts/0/file: either bytes or uri is expected
        {"role":"user","parts":[{"file":{"name":"a","mediaType":"b","bytes":"?"}}]} | /parts/0/file/bytes: a text in Base64 is expected
        {"role":"user","parts":[{"file":{"name":"a","mediaType":"b","uri":" "}}]} | /parts/0/file/uri: a URI is expected
        """)
    void whatIsNoMessageIsRefusedWithItsPlace(String json, String words) {
        assertThatThrownBy(() -> JsonText.message(json))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(words);
    }
}
