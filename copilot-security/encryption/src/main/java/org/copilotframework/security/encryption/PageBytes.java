package org.copilotframework.security.encryption;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Bounds pages by the bytes that their content had before it was encrypted. The store is asked for as much more as the encryption may
 * have added, and what is too much of it is left out.
 */
final class PageBytes {
    private PageBytes() {}

    /** How many bytes to ask for. */
    static long stored(long maxBytes, int limit) {
        long more = (long) Math.max(0, limit) * Vault.OVERHEAD;
        return maxBytes > Long.MAX_VALUE - more ? Long.MAX_VALUE : maxBytes + more;
    }

    /** The first elements that have room; the first one always has. */
    static <T> List<T> first(List<T> page, long maxBytes, ToLongFunction<T> bytes) {
        long sum = 0;
        for (int i = 0; i < page.size(); i++) {
            sum += bytes.applyAsLong(page.get(i));
            if (i > 0 && sum > maxBytes) {
                return List.copyOf(page.subList(0, i));
            }
        }
        return page;
    }

    /** The last elements that have room; the last one always has. */
    static <T> List<T> last(List<T> page, long maxBytes, ToLongFunction<T> bytes) {
        long sum = 0;
        for (int i = page.size() - 1; i >= 0; i--) {
            sum += bytes.applyAsLong(page.get(i));
            if (i < page.size() - 1 && sum > maxBytes) {
                return List.copyOf(page.subList(i + 1, page.size()));
            }
        }
        return page;
    }
}
