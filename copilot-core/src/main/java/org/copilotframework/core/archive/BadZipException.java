package org.copilotframework.core.archive;

import java.io.IOException;

/** A ZIP that cannot be read on; the message is a problem with its fix. */
final class BadZipException extends IOException {
    private static final long serialVersionUID = 1L;

    BadZipException(String message) {
        super(message);
    }

    static BadZipException truncated() {
        return new BadZipException(
                "it is truncated or not a ZIP archive; build it again, or copy it again and wait for the"
                        + " end of the copy");
    }

    static BadZipException damaged(String what) {
        return new BadZipException("it is damaged (" + what + "); build or copy it again");
    }

    static BadZipException tooLarge(String what, String limit) {
        return new BadZipException(what + ", more than the limit of " + limit
                + "; remove what the plugin does not need, or raise the limit (copilot.plugins.limits)");
    }
}
