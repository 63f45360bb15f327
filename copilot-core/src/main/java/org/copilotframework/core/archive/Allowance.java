package org.copilotframework.core.archive;

/**
 * What is left of the limits that hold for an archive with all its libraries together: the directories of all of them are in
 * memory at once. Used by one thread.
 */
final class Allowance {
    /** Directories are read into memory whole. */
    private static final int MAX_DIRECTORY = 64 << 20;

    /** Each is a file that is opened, and a place where the JVM looks for every class. */
    private static final int MAX_LIBRARIES = 1_000;

    private final ArchiveLimits limits;
    private int entries;
    private long directory;

    Allowance(ArchiveLimits limits) {
        this.limits = limits;
    }

    /** Takes one directory into account, before it is read. */
    void take(int count, long size) throws BadZipException {
        if (count > limits.entries() - entries) {
            String with = entries == 0 ? "" : ", with those of what comes before it " + ((long) entries + count);
            throw BadZipException.tooLarge("it has " + count + " entries" + with, limits.entries() + " entries");
        }
        if (size > MAX_DIRECTORY - directory) {
            String with = directory == 0 ? "" : ", with those of what comes before it " + (directory + size);
            throw new BadZipException("its directory has " + size + " bytes" + with + ", more than " + MAX_DIRECTORY
                    + "; build it with fewer entries and shorter names");
        }
        entries += count;
        directory += size;
    }

    /** Refuses too many libraries, before the first is unpacked. */
    static void checkLibraries(int count) throws BadZipException {
        if (count > MAX_LIBRARIES) {
            throw new BadZipException("it has " + count + " libraries, more than " + MAX_LIBRARIES
                    + "; leave out those that the plugin does not need, or shade them into one");
        }
    }
}
