package org.copilotframework.storage.dynamodb;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Many sorted reads as one, in which each is read only as far as its items are taken. */
final class Merge implements Iterator<Item> {
    /** By the sort key of the table. */
    static final Comparator<Item> SORT = (one, other) -> Arrays.compareUnsigned(
            one.bytes(TableDesign.SORT).asByteArrayUnsafe(),
            other.bytes(TableDesign.SORT).asByteArrayUnsafe());

    private record Head(Item item, Iterator<Item> rest) {}

    private final PriorityQueue<Head> heads;

    /** One read of each shard. */
    static Merge shards(Comparator<Item> order, IntFunction<Iterator<Item>> shards) {
        Merge merge = new Merge(order);
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            merge.add(shards.apply(shard));
        }
        return merge;
    }

    private Merge(Comparator<Item> order) {
        this.heads = new PriorityQueue<>(Comparator.comparing((Function<Head, Item>) Head::item, order));
    }

    private void add(Iterator<Item> sorted) {
        if (sorted.hasNext()) {
            heads.add(new Head(sorted.next(), sorted));
        }
    }

    @Override
    public boolean hasNext() {
        return !heads.isEmpty();
    }

    @Override
    public Item next() {
        Head least = heads.poll();
        if (least == null) {
            throw new NoSuchElementException();
        }
        add(least.rest());
        return least.item();
    }
}
