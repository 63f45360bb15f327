package org.copilotframework.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;

class EventRingTest {
    private final EventRing ring = new EventRing(4, 10_000);

    @Test
    void aReaderThatFallsBehindIsToldOnceAndGoesOnWithTheOldest() {
        EventStream slow = ring.open(0, this);
        add("1");
        assertThat(slow.next().position()).isOne();
        for (int i = 2; i <= 10; i++) {
            add("" + i);
        }

        assertThat(slow.hasNext()).isTrue();
        assertThatThrownBy(slow::next).isInstanceOf(ConflictException.class).hasMessageContaining("position 1 ");
        assertThat(slow.next().position()).isEqualTo(7);
        assertThat(slow.next().position()).isEqualTo(8);
        assertThat(slow.position()).isEqualTo(8);
    }

    @Test
    void eventsAreBoundedByTheirWeightToo() {
        EventRing light = new EventRing(100, 1_000);
        EventStream reader = light.open(0, this);
        for (int i = 0; i < 20; i++) {
            light.add(new Event.Text("x".repeat(300)), false);
        }
        assertThatThrownBy(reader::next).isInstanceOf(ConflictException.class);
        assertThat(reader.next().position()).isEqualTo(19);

        light.add(new Event.Text("x".repeat(2_000)), false);
        light.add(new Event.State(RunState.COMPLETED), true);
        assertThatThrownBy(reader::next).isInstanceOf(ConflictException.class);
        assertThat(reader.next().event()).isEqualTo(new Event.State(RunState.COMPLETED));
    }

    @Test
    void severalReadersEachSeeAllThatIsKept() {
        add("a");
        add("b");
        end();

        for (int i = 0; i < 3; i++) {
            EventStream reader = ring.open(i, this);
            int count = 0;
            while (reader.hasNext()) {
                reader.next();
                count++;
            }
            assertThat(count).isEqualTo(3 - i);
            assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void aReaderWaitsForTheNextEventAndForTheEnd() {
        EventStream reader = ring.open(0, this);
        CompletableFuture<Long> next =
                CompletableFuture.supplyAsync(() -> reader.next().position());
        add("a");
        assertThat(next.join()).isOne();

        assertThat(reader.poll(Duration.ofMillis(1))).isEmpty();
        assertThat(reader.poll(Duration.ofDays(-1_000_000_000))).isEmpty();
        CompletableFuture<Boolean> more = CompletableFuture.supplyAsync(reader::hasNext);
        end();
        assertThat(more.join()).isTrue();
        reader.next();
        assertThat(reader.hasNext()).isFalse();
        assertThat(ring.add(new Event.Text("late"), false)).isFalse();
    }

    @Test
    void closingWakesAWaitingReader() {
        EventStream reader = ring.open(0, this);
        CompletableFuture<Boolean> more = CompletableFuture.supplyAsync(reader::hasNext);
        reader.close();
        reader.close();

        assertThat(more.join()).isFalse();
        assertThat(reader.poll(Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        EventStream reader = ring.open(0, this);
        Thread.currentThread().interrupt();

        assertThat(reader.hasNext()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aPositionIsNotNegative() {
        assertThatThrownBy(() -> ring.open(-1, this)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void whatIsReservedIsSeenWhenItIsRestoredAndNobodyEmitsInBetween() {
        add("a");
        ring.seal();
        List<RunEvent> reserved = ring.reserve(List.of(new Event.State(RunState.SUBMITTED)));

        assertThat(ring.emit(new Event.Text("late"))).isFalse();
        assertThat(ring.last()).isOne();
        reserved.forEach(ring::restore);
        reserved.forEach(ring::restore);
        assertThat(ring.after(0)).extracting(RunEvent::position).containsExactly(1L, 2L);
        ring.open();
        assertThat(ring.emit(new Event.Text("b"))).isTrue();
        assertThat(ring.last()).isEqualTo(3);
    }

    @Test
    void whatIsTakenBackIsReplacedAndAReaderGoesOnAfterThePositionItHasReached() {
        EventStream reader = ring.open(0, this);
        add("a");
        add("b");
        add("c");
        while (reader.position() < 3) {
            reader.next();
        }
        long before = ring.weight();

        ring.cut(1);
        assertThat(ring.weight()).isEqualTo(before / 3);
        add("B");
        assertThat(reader.poll(Duration.ZERO)).isEmpty();
        add("C");
        add("D");
        assertThat(reader.next().event()).isEqualTo(new Event.Text("D"));
        assertThat(ring.after(0)).extracting(RunEvent::position).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void ofARunThatHasEndedNothingIsTakenBackOrReserved() {
        end();
        ring.cut(0);

        assertThat(ring.last()).isOne();
        assertThat(ring.reserve(List.of(new Event.State(RunState.SUBMITTED)))).isEmpty();
    }

    private void add(String text) {
        ring.add(new Event.Text(text), false);
    }

    private void end() {
        ring.add(new Event.State(RunState.COMPLETED), true);
    }
}
