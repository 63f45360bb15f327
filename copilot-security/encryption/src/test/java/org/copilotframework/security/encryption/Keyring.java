package org.copilotframework.security.encryption;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.jspecify.annotations.Nullable;

/** Keys in memory that several encryptions may share, with a wrapper that the test takes down and a clock that it moves. */
final class Keyring implements KeyPlace {
    static final String SECRET = "a secret of the tests, long enough 1";
    static final String OTHER = "a secret of the tests, long enough 2";
    static final AeadSettings SETTINGS = new AeadSettings(Duration.ofMinutes(1), Duration.ofHours(1));

    private final Map<String, Kept> kept = new TreeMap<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
    private long versions;
    volatile boolean wrapperDown;
    volatile boolean placeDown;

    /** It gives out what it has. */
    volatile boolean readOnly;

    /** What is written is gone at once. */
    volatile boolean losing;

    /** Hears whose key is about to be wrapped or unwrapped. */
    volatile Consumer<String> wrapping = tenant -> {};

    /** Hears that a key is about to be read. */
    volatile Runnable reading = () -> {};

    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger unwrapped = new AtomicInteger();

    static KeyWrapper local(String secret, @Nullable String previous) {
        return LocalKeyWrapper.of(new LocalKeySettings(Optional.of(secret), Optional.ofNullable(previous)));
    }

    /** With the encryption's own key in its place, as the first start leaves it. */
    static Keyring begun() {
        Keyring ring = new Keyring();
        ring.node().storage(Stored.memory()).migrate();
        return ring;
    }

    /** The place comes back empty, as a folder that is not mounted. */
    synchronized Map<String, Kept> emptied() {
        Map<String, Kept> all = Map.copyOf(kept);
        kept.clear();
        return all;
    }

    synchronized void restored(Map<String, Kept> all) {
        kept.putAll(all);
    }

    /** Another node. */
    AeadEncryption node() {
        return node(local(SECRET, null));
    }

    AeadEncryption node(KeyWrapper wrapper) {
        return new AeadEncryption(new Frail(wrapper), this, SETTINGS, nanos::get);
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void up() {
        if (placeDown) {
            throw new UnavailableException("the place is down", Duration.ZERO);
        }
    }

    @Override
    public synchronized Optional<Kept> read(TenantId tenant) {
        reads.incrementAndGet();
        reading.run();
        up();
        return Optional.ofNullable(kept.get(tenant.value()));
    }

    @Override
    public synchronized boolean write(TenantId tenant, byte[] content, @Nullable String expected) {
        up();
        if (readOnly) {
            throw new UnavailableException("the place is read-only", Duration.ZERO);
        }
        Kept there = kept.get(tenant.value());
        if (expected == null ? there != null : there == null || !there.version().equals(expected)) {
            return false;
        }
        if (!losing) {
            kept.put(tenant.value(), new Kept(content.clone(), Long.toString(++versions)));
        }
        return true;
    }

    @Override
    public synchronized boolean delete(TenantId tenant) {
        up();
        return kept.remove(tenant.value()) != null;
    }

    @Override
    public synchronized List<TenantId> list(@Nullable TenantId after, int limit) {
        up();
        List<TenantId> page = new ArrayList<>();
        kept.keySet().stream()
                .filter(name -> after == null || name.compareTo(after.value()) > 0)
                .limit(limit)
                .forEach(name -> page.add(new TenantId(name)));
        return page;
    }

    @Override
    public String toString() {
        return "the keyring of the test";
    }

    /** A wrapper that can be taken down. */
    private final class Frail implements KeyWrapper {
        private final KeyWrapper wrapper;

        Frail(KeyWrapper wrapper) {
            this.wrapper = wrapper;
        }

        private void up(Map<String, String> context) {
            wrapping.accept(context.get("copilot-tenant"));
            if (wrapperDown) {
                throw new UnavailableException("the wrapper is down", Duration.ZERO);
            }
        }

        @Override
        public String keyId() {
            return wrapper.keyId();
        }

        @Override
        public WrappedKey wrap(byte[] dataKey, Map<String, String> context) {
            up(context);
            return wrapper.wrap(dataKey, context);
        }

        @Override
        public byte[] unwrap(WrappedKey wrapped, Map<String, String> context) {
            up(context);
            unwrapped.incrementAndGet();
            return wrapper.unwrap(wrapped, context);
        }

        @Override
        public void close() {
            wrapper.close();
        }
    }
}
