package org.copilotframework.storage.dynamodb;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items page after page; the next page is read when the one before is used up. */
final class Pages implements Iterator<Item> {
    /** One page, and the key after which the next one begins, or null after the last. */
    record Page(
            List<Map<String, AttributeValue>> items,
            @Nullable Map<String, AttributeValue> last) {}

    private final Function<@Nullable Map<String, AttributeValue>, Page> reader;
    private Iterator<Map<String, AttributeValue>> items =
            List.<Map<String, AttributeValue>>of().iterator();
    private @Nullable Map<String, AttributeValue> last;
    private boolean more = true;

    Pages(@Nullable Map<String, AttributeValue> first, Function<@Nullable Map<String, AttributeValue>, Page> reader) {
        this.last = first;
        this.reader = reader;
    }

    @Override
    public boolean hasNext() {
        while (!items.hasNext() && more) {
            Page page = reader.apply(last);
            items = page.items().iterator();
            last = page.last();
            more = last != null;
        }
        return items.hasNext();
    }

    @Override
    public Item next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return new Item(items.next());
    }
}
