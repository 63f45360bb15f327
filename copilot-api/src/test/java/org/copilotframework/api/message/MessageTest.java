package org.copilotframework.api.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final Data DATA = Data.of(Map.of("n", 1));

    @Test
    void itsTextAndDataAreFoundAmongItsParts() {
        Message both = Message.of(Role.USER, "look", DATA);
        Message mixed = new Message(
                Role.AGENT, List.of(new TextPart("a"), FilePart.of("f", "text/plain", new byte[3]), new TextPart("b")));

        assertThat(both.text()).isEqualTo("look");
        assertThat(both.data()).hasValue(DATA);
        assertThat(mixed.text()).isEqualTo("a\nb");
        assertThat(mixed.data()).isEmpty();
        assertThat(mixed.weight()).isEqualTo(1 + 1 + 3 + 1);
        assertThat(Message.of(Role.USER, null, DATA).text()).isEmpty();
        assertThat(Message.of(Role.USER, "t", null)).isEqualTo(Message.user("t"));
    }

    @Test
    void aMessageHasAtLeastOnePartAndNotTooMany() {
        assertThatThrownBy(() -> Message.of(Role.USER, null, null)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new Message(Role.USER, Collections.nCopies(Message.MAX_PARTS + 1, new TextPart("x"))))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aFileIsItsBytesOrItsPlaceAndNeverChanges() {
        byte[] bytes = {1, 2};
        FilePart carried = FilePart.of("a.bin", "application/octet-stream", bytes);
        bytes[0] = 9;
        carried.bytes().orElseThrow()[1] = 9;
        FilePart elsewhere = FilePart.at("a.bin", "application/octet-stream", URI.create("https://example.org/a"));

        assertThat(carried.bytes()).hasValueSatisfying(now -> assertThat(now).containsExactly(1, 2));
        assertThat(carried.uri()).isEmpty();
        assertThat(elsewhere.bytes()).isEmpty();
        assertThat(elsewhere.uri()).hasValue(URI.create("https://example.org/a"));
        assertThat(elsewhere.weight()).isEqualTo(5);
        assertThat(carried)
                .isEqualTo(FilePart.of("a.bin", "application/octet-stream", new byte[] {1, 2}))
                .hasSameHashCodeAs(FilePart.of("a.bin", "application/octet-stream", new byte[] {1, 2}))
                .isNotEqualTo(elsewhere);
        assertThat(carried.toString()).contains("a.bin", "2 bytes");
        assertThat(elsewhere.toString()).contains("https://example.org/a");
        assertThat(carried.name() + carried.mediaType()).isEqualTo("a.binapplication/octet-stream");
    }
}
