package org.copilotframework.api.message;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * What a caller or an agent says, as one or more parts.
 *
 * @param role who says it
 * @param parts at least one part
 */
public record Message(Role role, List<Part> parts) {
    /** The most parts a message may have. */
    public static final int MAX_PARTS = 1_000;

    /**
     * Checks and copies.
     *
     * @throws InvalidRequestException if there is no part, or more than {@link #MAX_PARTS}
     */
    public Message {
        Objects.requireNonNull(role, "role");
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MAX_PARTS) {
            throw new InvalidRequestException("a message has 1 to " + MAX_PARTS + " parts, this has " + parts.size());
        }
    }

    /**
     * A text said to an agent.
     *
     * @param text the text
     * @return the message
     */
    public static Message user(String text) {
        return new Message(Role.USER, List.of(new TextPart(text)));
    }

    /**
     * A text said by an agent.
     *
     * @param text the text
     * @return the message
     */
    public static Message agent(String text) {
        return new Message(Role.AGENT, List.of(new TextPart(text)));
    }

    /**
     * All text of this message.
     *
     * @return the text parts joined by line breaks; empty if there are none
     */
    public String text() {
        if (parts.size() == 1) {
            return parts.get(0) instanceof TextPart only ? only.text() : "";
        }
        return parts.stream()
                .filter(TextPart.class::isInstance)
                .map(part -> ((TextPart) part).text())
                .collect(Collectors.joining("\n"));
    }

    /**
     * The first data part of this message.
     *
     * @return its data, or empty if there is none
     */
    public Optional<Data> data() {
        return parts.stream()
                .filter(DataPart.class::isInstance)
                .map(part -> ((DataPart) part).data())
                .findFirst();
    }

    /**
     * How much this message weighs against the limit on its size.
     *
     * @return a lower bound of its size as UTF-8 JSON, in bytes
     */
    public long weight() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.weight();
        }
        return sum;
    }

    /**
     * A message of one text part, one data part, or both.
     *
     * @param role who says it
     * @param text the text, or null for none
     * @param data the data, or null for none
     * @return the message
     * @throws InvalidRequestException if both are null
     */
    public static Message of(Role role, @Nullable String text, @Nullable Data data) {
        if (text != null && data != null) {
            return new Message(role, List.of(new TextPart(text), new DataPart(data)));
        } else if (text != null) {
            return new Message(role, List.of(new TextPart(text)));
        }
        return new Message(role, data == null ? List.of() : List.of(new DataPart(data)));
    }
}
