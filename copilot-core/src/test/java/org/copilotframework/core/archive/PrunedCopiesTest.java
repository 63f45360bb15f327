package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import org.copilotframework.core.file.FolderTree;
import org.junit.jupiter.api.Test;

/** Copies that nobody needs are deleted, and no others. */
class PrunedCopiesTest extends StoredCopies {
    @Test
    void unwantedAndAbandonedCopiesAreDeleted() throws Exception {
        String first =
                store.accept(hello("1.0.0").build(sources), null, false).info().digest();
        String second =
                store.accept(hello("2.0.0").build(sources), null, false).info().digest();
        Path abandoned = Files.createDirectory(home.resolve("plugins/.new-1-1-x"));
        Files.writeString(abandoned.resolve("plugin.jar"), "half");
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minusSeconds(7200)));
        Path inTheMaking = Files.createDirectory(home.resolve("plugins/.new-2-2-y"));

        tenMinutesPass();
        store.prune(Set.of(second));

        assertThat(store.digests()).containsExactly(second).doesNotContain(first);
        assertThat(abandoned).doesNotExist();
        assertThat(inTheMaking).exists();
    }

    @Test
    void aCopyThatIsAboutToBeRegisteredIsNotDeletedByAnotherOperation() throws Exception {
        StoredPlugin stored = store.accept(hello("1.0.0").build(sources), null, false);
        String digest = stored.info().digest();
        age(stored); // the folder's age does not matter where the use is known

        store.prune(Set.of());
        assertThat(store.reopen(digest)).isEqualTo(stored);

        nanos.addAndGet(RecentCopies.IN_FLIGHT.toNanos() - 1);
        store.prune(Set.of());
        assertThat(store.reopen(digest)).isEqualTo(stored);

        nanos.addAndGet(RecentCopies.IN_FLIGHT.toNanos() - 1);
        store.prune(Set.of());
        assertThat(store.digests()).containsExactly(digest);

        nanos.addAndGet(1);
        store.prune(Set.of());
        assertThat(store.digests()).isEmpty();
    }

    @Test
    void aNewCopyOfAnotherProcessIsNotDeleted() throws Exception {
        PluginStore other = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);
        StoredPlugin stored = other.accept(hello("1.0.0").build(sources), null, false);

        store.prune(Set.of());
        assertThat(other.reopen(stored.info().digest())).isEqualTo(stored);

        age(stored);
        store.prune(Set.of());
        assertThat(store.digests()).isEmpty();
    }

    @Test
    void aCopyThatIsHeldIsNotPrunedByAnyStoreUntilItIsLetGo() throws Exception {
        Path jar = hello("1.0.0").build(sources);
        HeldCopy held = store.hold(jar);
        HeldCopy again = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY).hold(jar);
        assertThat(again.stored()).isEqualTo(held.stored());
        PluginStore other = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);

        held.close();
        age(held.stored());
        other.prune(Set.of());
        assertThat(again.stored().file()).isRegularFile();
        again.close();
        age(held.stored());
        other.prune(Set.of());
        assertThat(other.digests()).isEmpty();
    }

    @Test
    void whatAnotherProcessHoldsIsNotPrunedAndWhatADeadOneHeldIs() throws Exception {
        StoredPlugin stored = store.accept(hello("1.0.0").build(sources), null, false);
        Path mark = Files.createFile(stored.file().resolveSibling("in-use-of-another"));
        PluginStore other = new PluginStore(home, ArchiveLimits.DEFAULT, Trust.ANY);
        Process holder = LockHolder.start(mark);
        try {
            age(stored);
            other.prune(Set.of());
            assertThat(stored.file()).isRegularFile();
        } finally {
            holder.destroyForcibly().waitFor();
        }
        age(stored);
        other.prune(Set.of());
        assertThat(other.digests()).isEmpty();
    }

    @Test
    void thatTheFolderCannotBeListedIsTold() throws Exception {
        Path copies = home.resolve("plugins");
        FolderTree.delete(copies);
        store.prune(Set.of());
        assertThat(store.digests()).isEmpty();

        Files.createFile(copies);
        assertThatThrownBy(() -> store.prune(Set.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(copies.toString(), "cannot be listed; see that it is a folder");
    }

    private void tenMinutesPass() {
        nanos.addAndGet(RecentCopies.IN_FLIGHT.toNanos());
    }
}
