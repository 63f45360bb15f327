package org.copilotframework.api.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionIdTest {
    @Test
    void aUniqueOneIsAUuidOfVersionSevenThatBeginsWithTheTime() {
        long before = System.currentTimeMillis();
        UUID made = UUID.fromString(SessionId.unique().value());
        long after = System.currentTimeMillis();

        assertThat(made.version()).isEqualTo(7);
        assertThat(made.variant()).isEqualTo(2);
        assertThat(Instant.ofEpochMilli(made.getMostSignificantBits() >>> 16))
                .isBetween(Instant.ofEpochMilli(before), Instant.ofEpochMilli(after));
    }

    @Test
    void uniqueOnesDifferWithinAMillisecondToo() {
        Set<SessionId> made = Stream.generate(SessionId::unique).limit(10_000).collect(Collectors.toSet());

        assertThat(made).hasSize(10_000);
    }
}
