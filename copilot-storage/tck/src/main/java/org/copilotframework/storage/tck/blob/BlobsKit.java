package org.copilotframework.storage.tck.blob;

import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Nested;

/**
 * What every store of files promises, theme by theme. The author of a store extends this class and says how it is opened. The
 * themes are run as nested classes, each with one open store, and each test works for tenants of its own: the store may hold
 * other things too.
 */
public abstract class BlobsKit {
    /** For subclasses. */
    protected BlobsKit() {}

    /**
     * Opens the store that the tests are about.
     *
     * @return always the same store, opened once more; the kit closes it
     */
    protected abstract Blobs open();

    /**
     * How many bytes a file has that the store takes in several parts.
     *
     * @return by default 20 MiB
     */
    protected int large() {
        return 20 << 20;
    }

    /**
     * How many bytes of the heap may be held while one file of three times {@link #large()} is written or read.
     *
     * @return by default 32 MiB; a fake that keeps its files in this process adds what it keeps
     */
    protected long heap() {
        return 32 << 20;
    }

    /**
     * Whether the store knows the digest of a file of {@link #large()} bytes.
     *
     * @return by default true; a store that cannot know it says false, and then never tells one
     */
    protected boolean knowsDigestOfLarge() {
        return true;
    }

    /**
     * Whether a condition tells two writings of the very same bytes apart.
     *
     * @return by default true; a store whose service knows a content by its digest only says false
     */
    protected boolean tellsSameBytesApart() {
        return true;
    }

    @Nested
    class Files extends FilesKit {
        @Override
        protected BlobsKit kit() {
            return BlobsKit.this;
        }
    }

    @Nested
    class Conditions extends ConditionsKit {
        @Override
        protected BlobsKit kit() {
            return BlobsKit.this;
        }
    }

    @Nested
    class Ranges extends RangesKit {
        @Override
        protected BlobsKit kit() {
            return BlobsKit.this;
        }
    }

    @Nested
    class Pages extends PagesKit {
        @Override
        protected BlobsKit kit() {
            return BlobsKit.this;
        }
    }

    @Nested
    class Names extends FileNamesKit {
        @Override
        protected BlobsKit kit() {
            return BlobsKit.this;
        }
    }

    @Nested
    class Large extends LargeFilesKit {
        @Override
        protected BlobsKit kit() {
            return BlobsKit.this;
        }
    }
}
