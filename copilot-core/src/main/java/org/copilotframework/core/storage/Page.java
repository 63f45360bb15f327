package org.copilotframework.core.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.copilotframework.api.spi.storage.Payload;
import org.jspecify.annotations.Nullable;

/** The first of what there is: so many, and not beyond so many bytes, but one in any case. */
final class Page {
    private Page() {}

    static <T> List<T> of(Iterable<T> all, Function<T, @Nullable Payload> content, int limit, long maxBytes) {
        List<T> page = new ArrayList<>();
        long room = maxBytes;
        for (T one : all) {
            Payload payload = content.apply(one);
            // What nobody wants to know the size of is not turned into bytes.
            room -= maxBytes == Long.MAX_VALUE || payload == null ? 0 : payload.bytes().length;
            if (page.size() == limit || (room < 0 && !page.isEmpty())) {
                break;
            }
            page.add(one);
        }
        return List.copyOf(page);
    }
}
