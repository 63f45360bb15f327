package org.copilotframework.testkit;

import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.message.Data;

/** Assertions on an agent's reply. */
public final class AgentReplyAssert extends AbstractAssert<AgentReplyAssert, AgentReply> {
    AgentReplyAssert(AgentReply reply) {
        super(reply, AgentReplyAssert.class);
    }

    /**
     * Checks the whole text.
     *
     * @param text the text of all text parts, joined by line breaks
     * @return this assertion
     */
    public AgentReplyAssert hasText(String text) {
        isNotNull();
        Assertions.assertThat(actual.text()).as(info.description()).isEqualTo(text);
        return this;
    }

    /**
     * Checks what the text holds.
     *
     * @param pieces what must be in the text, in any order
     * @return this assertion
     */
    public AgentReplyAssert hasTextContaining(String... pieces) {
        isNotNull();
        Assertions.assertThat(actual.text()).as(info.description()).contains(pieces);
        return this;
    }

    /**
     * Checks one place in the data.
     *
     * @param pointer a JSON pointer, such as {@code /orders/0/id}; empty for the whole
     * @param value what must be there: what {@link Data#of(Object)} takes
     * @return this assertion
     */
    public AgentReplyAssert hasData(String pointer, Object value) {
        isNotNull();
        Data expected = Data.of(value);
        Optional<Data> found = data(pointer);
        if (!found.equals(Optional.of(expected))) {
            throw failureWithActualExpected(
                    found.orElse(null),
                    expected,
                    "the reply has at '%s' %s, not %s; its data: %s",
                    pointer,
                    found.map(Data::toString).orElse("nothing"),
                    expected,
                    actual.message().data().map(Data::toString).orElse("none"));
        }
        return this;
    }

    /**
     * Checks that a place in the data is empty, or that there is no data.
     *
     * @param pointer a JSON pointer; empty for the whole
     * @return this assertion
     */
    public AgentReplyAssert hasNoData(String pointer) {
        isNotNull();
        data(pointer).ifPresent(found -> {
            throw failure("the reply has at '%s' %s, and should have nothing there", pointer, found);
        });
        return this;
    }

    private Optional<Data> data(String pointer) {
        return actual.message().data().flatMap(data -> data.at(pointer));
    }
}
