package org.copilotframework.api.spi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of what stands for a received message; what it does is shown by the kit for stores. */
class InboxTest {
    @Test
    void aReceivedMessageIsAValueThatMustNotBeThere() {
        ValueChange change = Inbox.received("orders", "42", Duration.ofDays(7));

        assertThat(change.key()).startsWith(Inbox.PREFIX);
        assertThat(change.expected()).isZero();
        assertThat(change.value()).isNotNull();
        assertThat(change.ttl()).isEqualTo(Duration.ofDays(7));
        assertThat(Inbox.received("orders", "42", null).ttl()).isNull();
    }

    @Test
    void noTwoMessagesHaveOneKey() {
        assertThat(Stream.of(
                                Inbox.received("a", "b/c", null),
                                Inbox.received("a/b", "c", null),
                                Inbox.received("1/a", "b", null),
                                Inbox.received("a", "1/a/b", null),
                                Inbox.received("A", "b/c", null))
                        .map(ValueChange::key))
                .doesNotHaveDuplicates();
    }

    @Test
    void theLongestNamesFitIntoAKey() {
        String source = "\ud83d\ude00".repeat(Inbox.MAX_SOURCE / 2);
        String id = "\ud83d\ude00".repeat(Inbox.MAX_ID / 2);
        assertThat(Inbox.received(source, id, null).key()).endsWith(source + "/" + id);

        assertThatThrownBy(() -> Inbox.received(source + "x", id, null))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("source");
        assertThatThrownBy(() -> Inbox.received(source, id + "x", null))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("message id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\ud800"})
    void namesOfAnotherFormAreRefused(String name) {
        assertThatThrownBy(() -> Inbox.received(name, "1", null)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Inbox.received("orders", name, null)).isInstanceOf(InvalidRequestException.class);
    }
}
