package org.copilotframework.core.settings;

/** What an archive may hold: {@code copilot.plugins.limits}. */
public final class ArchiveSettings {
    private final CoreValues values;

    ArchiveSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return how large an archive may be} */
    public ByteSize archiveBytes() {
        return values.of(CoreSettings.LIMITS_ARCHIVE_BYTES);
    }

    /** {@return how many entries an archive may have} */
    public int entries() {
        return values.of(CoreSettings.LIMITS_ENTRIES);
    }

    /** {@return how large an archive may be once unpacked} */
    public ByteSize unpackedBytes() {
        return values.of(CoreSettings.LIMITS_UNPACKED_BYTES);
    }

    /** {@return how many times its own size an archive may unpack to} */
    public int ratio() {
        return values.of(CoreSettings.LIMITS_RATIO);
    }
}
