package org.copilotframework.app;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Moments as a person reads them. */
final class Times {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Times() {}

    /** Date and time where the person is. */
    static String shown(Instant moment) {
        return FORM.format(moment.atZone(ZoneId.systemDefault()));
    }
}
