package org.copilotframework.security.encryption;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file is not what was written. */
final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    private DamagedFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static DamagedFileException changed(String file, @Nullable Throwable cause) {
        return new DamagedFileException(
                file + " cannot be decrypted: it is not what was written there; restore it from a backup", cause);
    }

    static DamagedFileException keyless(String file) {
        return new DamagedFileException(
                file
                        + " cannot be decrypted: the key that it was encrypted with is gone, as after an erase of its tenant",
                null);
    }

    static DamagedFileException plain(String file) {
        return new DamagedFileException(
                file
                        + " is not encrypted or was cut short, but copilot.encryption.provider says that all is encrypted; write"
                        + " it anew, or restore it from a backup",
                null);
    }
}
