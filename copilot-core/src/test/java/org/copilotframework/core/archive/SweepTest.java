package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepTest {
    @Test
    void whatCannotBeDeletedDoesNotKeepTheOthers() {
        List<String> deleted = new ArrayList<>();
        IOException first = new IOException("in use");
        IOException second = new IOException("in use too");
        Sweep sweep = new Sweep();

        sweep.run(() -> {
            throw first;
        });
        sweep.run(() -> deleted.add("a"));
        sweep.run(() -> {
            throw second;
        });
        sweep.run(() -> deleted.add("b"));

        assertThat(deleted).containsExactly("a", "b");
        assertThatThrownBy(sweep::end).isSameAs(first).hasSuppressedException(second);
    }
}
