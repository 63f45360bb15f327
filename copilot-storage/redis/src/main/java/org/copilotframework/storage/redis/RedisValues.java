package org.copilotframework.storage.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** Values: a hash of value and version for each, which expires by itself, and a sorted set of a tenant's keys. */
final class RedisValues implements KeyValues {
    /** Greater than every byte of UTF-8. */
    private static final byte BEYOND = (byte) 0xFF;

    private final RedisLink link;
    private final Shards shards;

    RedisValues(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
    }

    @Override
    public Optional<StoredValue> get(TenantId tenant, String key) {
        KeyValues.checkKey(key);
        String name = shards.base(tenant) + "k:" + tenant + ":" + key;
        Reply value = Reply.of(link.ask(commands -> commands.hmget(name, "v", "n")));
        return value.has(0) ? Optional.of(new StoredValue(key, value.payload(0), value.number(1))) : Optional.empty();
    }

    /** Of what was written before this was noted it is not known, so it may be one. */
    @Override
    public boolean isCounter(TenantId tenant, String key) {
        KeyValues.checkKey(key);
        String name = shards.base(tenant) + "k:" + tenant + ":" + key;
        Reply value = Reply.of(link.ask(commands -> commands.hmget(name, "v", "c")));
        return value.has(0) && !(value.has(1) && value.text(1).equals("0"));
    }

    @Override
    public OptionalLong compareAndSet(TenantId tenant, ValueChange change) {
        Arguments arguments = new Arguments()
                .add(tenant.value())
                .add(change.key())
                .add(change.expected())
                .add(change.value())
                .addTime(change.ttl());
        Reply version = link.run(Script.SET_VALUE, shards.base(tenant), arguments);
        return version.isEmpty() ? OptionalLong.empty() : OptionalLong.of(version.number(0));
    }

    @Override
    public long add(TenantId tenant, String key, long delta, @Nullable Duration ttl) {
        KeyValues.checkKey(key);
        KeyValues.checkTtl(ttl);
        Arguments arguments =
                new Arguments().add(tenant.value()).add(key).add(delta).addTime(ttl);
        Reply sum = link.run(Script.ADD, shards.base(tenant), arguments);
        if (sum.isEmpty()) {
            throw new ConflictException("value '" + key + "' is no counter, or adding " + delta
                    + " would lead beyond 64 bits; use another key");
        }
        return sum.number(0);
    }

    @Override
    public Optional<Duration> remaining(TenantId tenant, String key) {
        KeyValues.checkKey(key);
        String name = shards.base(tenant) + "k:" + tenant + ":" + key;
        long millis = link.ask(commands -> commands.pttl(name));
        return millis > 0 ? Optional.of(Duration.ofMillis(millis)) : Optional.empty();
    }

    @Override
    public List<StoredValue> list(TenantId tenant, String prefix, String after, int limit, long maxBytes) {
        Limits.check("limit", limit, MAX_PAGE);
        byte[] from = prefix.getBytes(StandardCharsets.UTF_8);
        byte[] last = after.getBytes(StandardCharsets.UTF_8);
        boolean on = !after.isEmpty() && Arrays.compareUnsigned(last, from) >= 0;
        byte[] least = on ? bound('(', last) : bound('[', from);
        while (true) {
            Arguments arguments = new Arguments()
                    .add(tenant.value())
                    .add(least)
                    .add(bound('(', beyond(from)))
                    .add(limit)
                    .add(maxBytes);
            Reply page = link.run(Script.VALUES, shards.base(tenant), arguments);
            List<StoredValue> found = page.list(1).lists().stream()
                    .map(value -> new StoredValue(value.text(0), value.payload(1), value.number(2)))
                    .toList();
            if (!found.isEmpty() || !page.has(0)) {
                return found;
            }
            least = page.bytes(0);
        }
    }

    private static byte[] bound(char kind, byte[] key) {
        byte[] bound = new byte[key.length + 1];
        bound[0] = (byte) kind;
        System.arraycopy(key, 0, bound, 1, key.length);
        return bound;
    }

    private static byte[] beyond(byte[] prefix) {
        byte[] beyond = Arrays.copyOf(prefix, prefix.length + 1);
        beyond[prefix.length] = BEYOND;
        return beyond;
    }
}
