package org.copilotframework.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.junit.jupiter.api.Test;

/** What faces send and are sent. */
class FaceJsonTest {
    private static String written(Map<String, ?> object) {
        return new String(FaceJson.write(object), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void dataAndMessagesStandInAnObjectOfTheFace() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("count", 1);
        object.put("set", Set.of("a"));
        object.put("data", Data.of(Map.of("b", List.of(true))));
        object.put("list", List.of(Message.user("hi")));
        object.put("none", null);
        assertThat(written(object))
                .isEqualTo(
                        "{\"count\":1,\"set\":[\"a\"],\"data\":{\"b\":[true]},\"list\":[{\"role\":\"user\",\"parts\":"
                                + "[{\"text\":\"hi\"}]}],\"none\":null}");
    }

    @Test
    void dataAtItsLimitIsWrittenWhereverItStands() {
        String deep = "[".repeat(Data.MAX_DEPTH) + "]".repeat(Data.MAX_DEPTH);
        assertThat(written(Map.of("a", Map.of("b", JsonText.parse(deep))))).isEqualTo("{\"a\":{\"b\":" + deep + "}}");
    }

    @Test
    void aSurrogateThatStandsAloneIsEscaped() {
        assertThat(written(Map.of("a", "\ud800"))).isEqualToIgnoringCase("{\"a\":\"\\ud800\"}");
    }

    @Test
    void whatIsNoUtf8OrNoJsonIsRefused() {
        assertThatThrownBy(() -> FaceJson.read(new byte[] {'"', (byte) 0xE9, '"'}))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> FaceJson.read(bytes("{\"a\":1,\"a\":2}"))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> FaceJson.read(new byte[0])).isInstanceOf(InvalidRequestException.class);
        assertThat(FaceJson.read(bytes("null"))).isNull();
    }

    @Test
    void whatIsWrongIsToldByItsPlaceInWhatWasSent() {
        Object message = Map.of("role", "user", "parts", List.of(Map.of("text", 1L)));
        assertThatThrownBy(() -> FaceJson.message(message, "/message"))
                .isInstanceOfSatisfying(InvalidRequestException.class, wrong -> {
                    assertThat(wrong.pointer()).contains("/message/parts/0/text");
                    assertThat(wrong.getMessage()).isEqualTo("/message/parts/0/text: a text is expected");
                });
        assertThatThrownBy(() -> FaceJson.message(Map.of("role", "user", "parts", List.of()), "/message"))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        wrong -> assertThat(wrong.pointer()).contains("/message"));
    }
}
