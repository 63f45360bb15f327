package org.copilotframework.core.storage;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Walks through all elements of a store's listing, a page at a time. */
final class Pages<T> implements Iterator<T> {
    /** Reads the page behind an element. */
    interface Source<T> {
        /** The elements behind the last one, or from the beginning if that is null; none at the end. */
        List<T> behind(@Nullable T last);
    }

    private final Source<T> source;
    private List<T> page = List.of();
    private int at;
    private @Nullable T last;
    private boolean ended;

    Pages(Source<T> source) {
        this.source = source;
    }

    @Override
    public boolean hasNext() {
        if (at == page.size() && !ended) {
            page = source.behind(last);
            at = 0;
            ended = page.isEmpty();
        }
        return at < page.size();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        T next = page.get(at++);
        last = next;
        return next;
    }
}
