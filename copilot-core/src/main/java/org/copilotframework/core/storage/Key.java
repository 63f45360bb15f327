package org.copilotframework.core.storage;

import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.KeyValues;

/** A tenant's session, run or value. Ordered by tenant, then by the name's code points. */
record Key(TenantId tenant, String name) implements Comparable<Key> {
    /** No name of well-formed text and permitted length is greater. */
    private static final String GREATEST = "\udbff\udfff".repeat(KeyValues.MAX_KEY);

    /** Before all names of a tenant. */
    static Key first(TenantId tenant) {
        return new Key(tenant, "");
    }

    /** Behind all names of a tenant. */
    static Key last(TenantId tenant) {
        return new Key(tenant, GREATEST);
    }

    @Override
    public int compareTo(Key other) {
        int tenants = tenant.value().compareTo(other.tenant.value());
        return tenants != 0 ? tenants : compare(name, other.name);
    }

    /** Compares texts by their code points. */
    static int compare(String one, String other) {
        int shorter = Math.min(one.length(), other.length());
        for (int i = 0; i < shorter; i++) {
            if (one.charAt(i) != other.charAt(i)) {
                return rank(one.charAt(i)) - rank(other.charAt(i));
            }
        }
        return one.length() - other.length();
    }

    /** Halves of supplementary characters stand in the middle of UTF-16 and belong at its end. */
    private static int rank(char unit) {
        return Character.isSurrogate(unit) ? unit + 0x10000 : unit;
    }
}
