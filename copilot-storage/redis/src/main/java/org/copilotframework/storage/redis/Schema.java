package org.copilotframework.storage.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.copilotframework.api.error.ConflictException;

/** The mark that says whose keys these are, in which form, and over how many shards. */
final class Schema {
    private static final String OWNER = "copilot-framework";
    private static final int FORM = 2;
    /** While a store is brought to this form: from which one. */
    private static final String UNFINISHED = "unfinished";

    private final RedisLink link;
    private final Shards shards;

    Schema(RedisLink link, Shards shards) {
        this.link = link;
        this.shards = shards;
    }

    /**
     * A store of an earlier form is marked with this one first, so that no process that knows the earlier form opens it any more,
     * and as unfinished until it has this form. Who finds it so goes on; several may at once.
     */
    void migrate() {
        if (read().isEmpty()) {
            refuseKeysWithoutMark();
        }
        Arguments first = new Arguments();
        List.of("owner", OWNER, "form", Integer.toString(FORM), "shards", Integer.toString(shards.count()))
                .forEach(first::add);
        link.run(Script.MIGRATE, shards.mark(), first);
        Map<String, String> mark = read();
        int form = form(mark);
        if (form < FORM) {
            write(Map.of("form", Integer.toString(FORM), UNFINISHED, Integer.toString(form)));
        }
        if (form < FORM || mark.containsKey(UNFINISHED)) {
            shards.bases().forEach(this::upgrade);
            link.ask(commands -> commands.hdel(shards.mark(), UNFINISHED));
        }
        check();
    }

    /** From form 1, the only one there was. */
    private void upgrade(String base) {
        Reply from = new Reply(List.of(bytes("-"), bytes("-")));
        while (!from.isEmpty()) {
            Arguments next = new Arguments().add(from.bytes(0)).add(from.bytes(1));
            from = link.run(Script.UPGRADE, base, next);
        }
    }

    private void write(Map<String, String> fields) {
        Map<String, byte[]> values = new TreeMap<>();
        fields.forEach((name, value) -> values.put(name, bytes(value)));
        link.ask(commands -> commands.hset(shards.mark(), values));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void check() {
        Map<String, String> mark = read();
        if (mark.isEmpty()) {
            throw new ConflictException("this Redis has no store of ours with the prefix '" + shards.prefix()
                    + "' yet; run 'copilot migrate', or let the start do it");
        }
        int form = form(mark);
        if (form < FORM || mark.containsKey(UNFINISHED)) {
            throw new ConflictException(
                    "the store with the prefix '" + shards.prefix() + "' in Redis at " + link.server()
                            + (form < FORM ? " has form " + form : " is on its way from form " + mark.get(UNFINISHED))
                            + ", and this version reads and writes form " + FORM
                            + "; stop all processes that use the store, and run 'copilot migrate'");
        }
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

    /** The form of a store that is ours, and divided as we are told. */
    private int form(Map<String, String> mark) {
        String form = mark.getOrDefault("form", "");
        String count = mark.getOrDefault("shards", "");
        if (!OWNER.equals(mark.get("owner")) || !form.matches("[0-9]{1,9}")) {
            throw foreign();
        } else if (Integer.parseInt(form) > FORM) {
            throw new ConflictException(
                    "the store with the prefix '" + shards.prefix() + "' in Redis at " + link.server()
                            + " has form " + form + ", and this version knows form " + FORM
                            + "; use the version of copilot-storage-redis that wrote it, or a newer one, or name another place in "
                            + Faults.URL);
        } else if (!count.equals(Integer.toString(shards.count()))) {
            throw new ConflictException("this store has " + count + " shards, and copilot.storage.redis.shards is "
                    + shards.count() + "; set it to " + count);
        }
        return Integer.parseInt(form);
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
