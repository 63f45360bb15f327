package org.copilotframework.core.archive;

/**
 * How large an archive may be.
 *
 * @param archiveBytes bytes of the archive itself
 * @param entries entries of the archive and of all libraries in it together
 * @param unpackedBytes bytes of all entries together, counted while they are unpacked
 * @param ratio how many bytes one byte of the archive may unpack to; looked at from {@value #RATIO_FROM} unpacked bytes on
 */
public record ArchiveLimits(long archiveBytes, int entries, long unpackedBytes, int ratio) {
    /** Below this size a high ratio does no harm: a small text may well pack a hundredfold. */
    static final long RATIO_FROM = 10L << 20;

    /** 1 GiB packed, 200,000 entries, 4 GiB unpacked, a ratio of 200. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(1L << 30, 200_000, 4L << 30, 200);

    /** Checks that each limit is positive. */
    public ArchiveLimits {
        if (archiveBytes <= 0 || entries <= 0 || unpackedBytes <= 0 || ratio <= 0) {
            throw new IllegalArgumentException("each limit on archives is positive");
        }
    }
}
