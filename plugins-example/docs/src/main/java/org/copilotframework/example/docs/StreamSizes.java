package org.copilotframework.example.docs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.filter.Filter;
import org.apache.pdfbox.filter.FilterFactory;
import org.apache.pdfbox.pdmodel.PDPage;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of a page unfold to, counted before PDFBox reads them: its content, and the forms, fonts and patterns that
 * it uses. PDFBox unfolds most of them into memory, and walks over a gigabyte of blanks for many seconds without anything in
 * between at which it could be stopped. Pictures are not counted, for they are not read.
 */
final class StreamSizes {
    /** The content of a page, or a font for all of Chinese, has some tens of megabytes at most. */
    private static final long MAX_STREAM = 64L << 20;

    private static final long MAX_DOCUMENT = 512L << 20;

    /** What is not read when the text is taken out, and what leads to other pages. */
    private static final Set<COSName> LEFT_ALONE =
            Set.of(COSName.PARENT, COSName.P, COSName.PG, COSName.ANNOTS, COSName.METADATA, COSName.PIECE_INFO);

    /** What these unfold is a picture. */
    private static final Set<COSName> OF_PICTURES = Set.of(
            COSName.DCT_DECODE,
            COSName.DCT_DECODE_ABBREVIATION,
            COSName.CCITTFAX_DECODE,
            COSName.CCITTFAX_DECODE_ABBREVIATION,
            COSName.JPX_DECODE,
            COSName.JBIG2_DECODE);

    /**
     * Something that is still to be looked at.
     *
     * @param key the key it stands under
     * @param above the key that the dictionary around it stands under
     */
    private record Place(
            @Nullable COSBase value,
            @Nullable COSName key,
            @Nullable COSName above) {}

    private final Runnable check;
    private final Map<COSStream, Long> sizes = new IdentityHashMap<>();
    private final Set<COSBase> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private long sum;

    /** Begins to count for one document; {@code check} is called now and then, and throws where there is no time left. */
    StreamSizes(Runnable check) {
        this.check = check;
    }

    /**
     * Counts what was not counted with an earlier page.
     *
     * @throws ExhaustedException if it is too much
     */
    void count(PDPage page) {
        COSBase content = page.getCOSObject().getDictionaryObject(COSName.CONTENTS);
        long size = 0;
        // One stream may stand in the list many times, and PDFBox unfolds it as often.
        for (COSBase part : content instanceof COSArray list ? list.toList() : Collections.singletonList(content)) {
            check.run();
            if (resolved(part) instanceof COSStream stream) {
                size += size(stream);
                refuse(size, MAX_STREAM, "what draws one page");
            }
        }
        if (page.getResources() != null) {
            countBelow(page.getResources().getCOSObject());
        }
    }

    private void countBelow(COSBase root) {
        Deque<Place> places = new ArrayDeque<>(List.of(new Place(root, null, null)));
        while (!places.isEmpty()) {
            check.run();
            Place place = places.pop();
            COSBase value = resolved(place.value());
            if (value == null || isPicture(value, place) || !seen.add(value)) {
                continue;
            }
            if (value instanceof COSStream stream) {
                size(stream);
            }
            if (value instanceof COSDictionary dictionary) {
                dictionary.forEach((key, inner) -> {
                    if (!LEFT_ALONE.contains(key)) {
                        places.push(new Place(inner, key, place.key()));
                    }
                });
            } else if (value instanceof COSArray list) {
                list.forEach(inner -> places.push(new Place(inner, null, null)));
            }
        }
    }

    /** Whether PDFBox takes it for one: a stream may say so and be used as a font all the same. */
    private static boolean isPicture(COSBase value, Place place) {
        return COSName.XOBJECT.equals(place.above())
                && value instanceof COSStream stream
                && COSName.IMAGE.equals(stream.getCOSName(COSName.SUBTYPE));
    }

    private long size(COSStream stream) {
        Long known = sizes.get(stream);
        if (known == null) {
            known = unfolded(stream);
            sizes.put(stream, known);
            sum += known;
            refuse(sum, MAX_DOCUMENT, "it");
        }
        return known;
    }

    private long unfolded(COSStream stream) {
        try (InputStream raw = stream.createRawInputStream()) {
            InputStream in = raw;
            Counted out = new Counted(null);
            List<COSName> filters = filters(stream);
            for (int i = 0; i < filters.size(); i++) {
                boolean last = i == filters.size() - 1;
                ByteArrayOutputStream between = last ? null : new ByteArrayOutputStream();
                out = new Counted(between);
                Filter filter = FilterFactory.INSTANCE.getFilter(filters.get(i));
                filter.decode(in, out, stream, i);
                in = between == null ? in : new ByteArrayInputStream(between.toByteArray());
            }
            return out.count;
        } catch (IOException broken) {
            // PDFBox comes no further with it than this, and passes over it.
            return 0;
        }
    }

    /** As PDFBox applies them, each once. */
    private static List<COSName> filters(COSStream stream) {
        COSBase filters = stream.getFilters();
        Set<COSName> names = new LinkedHashSet<>();
        for (COSBase name : filters instanceof COSArray list ? list.toList() : Collections.singletonList(filters)) {
            if (resolved(name) instanceof COSName filter) {
                if (OF_PICTURES.contains(filter)) {
                    throw new ExhaustedException("it has a picture where there should be none");
                }
                names.add(filter);
            }
        }
        return List.copyOf(names);
    }

    private static @Nullable COSBase resolved(@Nullable COSBase value) {
        return value instanceof COSObject reference ? reference.getObject() : value;
    }

    private static void refuse(long size, long limit, String what) {
        if (size > limit) {
            throw new ExhaustedException(what + " unfolds to more than " + (limit >> 20) + " MB");
        }
    }

    /** Takes what a filter gives, up to the limit. */
    private final class Counted extends OutputStream {
        private final @Nullable OutputStream kept;
        private long count;

        Counted(@Nullable OutputStream kept) {
            this.kept = kept;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            count += length;
            refuse(count, MAX_STREAM, "one of its streams");
            check.run();
            if (kept != null) {
                kept.write(bytes, from, length);
            }
        }
    }
}
