package org.copilotframework.storage.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.copilotframework.api.error.ConflictException;

/** The mark that says whose keys these are, in which form, and over how many shards. */
final class Schema {
    private static final String OWNER = "copilot-framework";
    private static final int FORM = 1;

    private final RedisLink link;
    private final Shards shards;

    Schema(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
    }

    void migrate() {
        if (read().isEmpty()) {
            refuseKeysWithoutMark();
        }
        Arguments mark = new Arguments();
        List.of("owner", OWNER, "form", Integer.toString(FORM), "shards", Integer.toString(shards.count()))
                .forEach(mark::add);
        Reply there = link.run(Script.MIGRATE, shards.mark(), mark);
        Map<String, String> fields = new TreeMap<>();
        for (int i = 0; i < there.size(); i += 2) {
            fields.put(there.text(i), there.text(i + 1));
        }
        check(fields);
    }

    void check() {
        Map<String, String> mark = read();
        if (mark.isEmpty()) {
            throw new ConflictException("this Redis has no store of ours with the prefix '" + shards.prefix()
                    + "' yet; run 'copilot migrate', or let the start do it");
        }
        check(mark);
    }

    private Map<String, String> read() {
        Map<String, String> mark = new TreeMap<>();
        String type = link.ask(commands -> commands.type(shards.mark()));
        if (!type.equals("hash") && !type.equals("none")) {
            throw foreign();
        }
        link.ask(commands -> commands.hgetall(shards.mark()))
                .forEach((name, value) -> mark.put(name, new String(value, StandardCharsets.UTF_8)));
        return mark;
    }

    private void check(Map<String, String> mark) {
        String form = mark.getOrDefault("form", "");
        String count = mark.getOrDefault("shards", "");
        if (!OWNER.equals(mark.get("owner")) || !form.matches("[0-9]{1,9}")) {
            throw foreign();
        } else if (Integer.parseInt(form) != FORM) {
            throw new ConflictException(
                    "the store with the prefix '" + shards.prefix() + "' in Redis at " + link.server()
                            + " has form " + form + ", and this version knows form " + FORM
                            + "; use the version of copilot-storage-redis that wrote it, or a newer one, or name another place in "
                            + Faults.URL);
        } else if (!count.equals(Integer.toString(shards.count()))) {
            throw new ConflictException("this store has " + count + " shards, and copilot.storage.redis.shards is "
                    + shards.count() + "; set it to " + count);
        }
    }

    private ConflictException foreign() {
        return new ConflictException(
                "the key '" + shards.mark() + "' in this Redis is not ours; give this store another" + " database in "
                        + Faults.URL + " or another copilot.storage.redis.prefix");
    }

    private void refuseKeysWithoutMark() {
        for (String base : shards.bases().toList()) {
            if (link.ask(commands -> commands.exists(base + "tenants", base + "exp", base + "seq")) > 0) {
                throw new ConflictException(
                        "this Redis has keys below '" + base + "' and not the mark '" + shards.mark()
                                + "' of our stores; give this store another database in " + Faults.URL
                                + " or another copilot.storage.redis.prefix");
            }
        }
    }
}
