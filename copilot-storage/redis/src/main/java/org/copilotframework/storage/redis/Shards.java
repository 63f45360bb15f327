package org.copilotframework.storage.redis;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.copilotframework.api.caller.TenantId;

/**
 * What keys begin with. All keys of a tenant have the hash tag of one shard, so that one script may change them together with
 * the shard's indexes, in a cluster too.
 *
 * @param prefix what the store's keys begin with
 * @param count how many shards there are
 */
record Shards(String prefix, int count) {
    int of(TenantId tenant) {
        CRC32 hash = new CRC32();
        hash.update(tenant.value().getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % count);
    }

    String base(TenantId tenant) {
        return base(of(tenant));
    }

    String base(int shard) {
        return "{" + prefix + ":" + shard + "}:";
    }

    Stream<String> bases() {
        return IntStream.range(0, count).mapToObj(this::base);
    }

    /** The key that says which schema the store has. */
    String mark() {
        return prefix + ":schema";
    }
}
