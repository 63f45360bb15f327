package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.payload;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.blob.LocalBlobs;
import org.copilotframework.core.encryption.FileKeys;
import org.copilotframework.core.encryption.ValueKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes write a tenant's first data at the same moment: both see no key and make one, and there is one in the end. */
class FirstKeyRaceTest {
    @TempDir
    private Path folder;

    private final Storage plain = Stored.memory();

    /** Where keys lie. */
    enum Where {
        KEYRING,
        STORAGE,
        FILES
    }

    private KeyPlace place(Where where) {
        return switch (where) {
            case KEYRING -> new Keyring();
            case STORAGE -> new ValueKeys(plain.values());
            case FILES -> new FileKeys(new LocalBlobs(folder), "local:" + folder);
        };
    }

    /** Whoever writes the first key of a tenant waits for the other one who is about to, so both have seen that there is none. */
    private static final class Meeting implements KeyPlace {
        private final KeyPlace place;
        private final CyclicBarrier both = new CyclicBarrier(2);
        private final AtomicInteger refused = new AtomicInteger();

        Meeting(KeyPlace place) {
            this.place = place;
        }

        @Override
        public Optional<Kept> read(TenantId tenant) {
            return place.read(tenant);
        }

        @Override
        public boolean write(TenantId tenant, byte[] content, @Nullable String expected) {
            if (!tenant.equals(ACME)) {
                return place.write(tenant, content, expected);
            }
            assertThat(expected).isNull();
            try {
                both.await(30, TimeUnit.SECONDS);
            } catch (Exception alone) {
                throw new AssertionError("the other node writes no key", alone);
            }
            boolean written = place.write(tenant, content, null);
            if (!written) {
                refused.incrementAndGet();
            }
            return written;
        }

        @Override
        public boolean delete(TenantId tenant) {
            return place.delete(tenant);
        }

        @Override
        public List<TenantId> list(@Nullable TenantId after, int limit) {
            return place.list(after, limit);
        }

        @Override
        public String toString() {
            return place.toString();
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneOfThemWinsAndBothUseItsKey(Where where) throws Exception {
        Meeting place = new Meeting(place(where));
        node(place).migrate();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Void>> writes = List.of(writes(place, "one"), writes(place, "two"));
            for (Future<Void> done : threads.invokeAll(writes)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(place.refused).as("who came second").hasValue(1);
        assertThat(keyOf("one")).isEqualTo(keyOf("two"));
        Storage third = node(place);
        for (String session : List.of("one", "two")) {
            assertThat(third.sessions().turns(ACME, new SessionId(session), 1, 1, Long.MAX_VALUE))
                    .singleElement()
                    .satisfies(turn -> assertThat(Stored.text(turn.content())).isEqualTo(session));
        }
    }

    private Storage node(KeyPlace place) {
        return new AeadEncryption(Keyring.local(Keyring.SECRET, null), place, Keyring.SETTINGS, System::nanoTime)
                .storage(plain);
    }

    private Callable<Void> writes(KeyPlace place, String session) {
        Storage node = node(place);
        return () -> {
            node.commit(Stored.turn(ACME, new SessionId(session), 1, payload(session)));
            // By the key that it holds now.
            assertThat(node.sessions().turns(ACME, new SessionId(session), 1, 1, Long.MAX_VALUE))
                    .hasSize(1);
            return null;
        };
    }

    /** The name of the key that a turn was encrypted with. */
    private byte[] keyOf(String session) {
        byte[] stored = plain.sessions()
                .turns(ACME, new SessionId(session), 1, 1, Long.MAX_VALUE)
                .get(0)
                .content()
                .bytes();
        return Arrays.copyOfRange(stored, 1, 1 + TenantKey.ID);
    }
}
