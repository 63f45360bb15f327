package org.copilotframework.app;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/** Moments as a person reads and writes them. */
final class Times {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final Pattern DISTANCE = Pattern.compile("([0-9]{1,5})([smhd])");

    private Times() {}

    /** Date and time where the person is. */
    static String shown(Instant moment) {
        return FORM.format(moment.atZone(ZoneId.systemDefault()));
    }

    /** A moment that was said by how far ahead it is, or by its date. */
    static Instant ahead(String option, String text, Instant now) {
        Matcher distance = DISTANCE.matcher(text);
        return distance.matches() ? now.plus(of(distance)) : absolute(option, text);
    }

    /** A moment that was said by how long ago it was, or by its date. */
    static Instant back(String option, String text, Instant now) {
        Matcher distance = DISTANCE.matcher(text);
        return distance.matches() ? now.minus(of(distance)) : absolute(option, text);
    }

    private static Duration of(Matcher distance) {
        long count = Long.parseLong(distance.group(1));
        return switch (distance.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** A date begins where the person is. */
    private static Instant absolute(String option, String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException wrong) {
            throw new InvalidRequestException(option + ": '" + text
                    + "' is no moment; write 30m, 12h or 90d, a date such as 2027-01-31, or 2027-01-31T12:00:00Z");
        }
    }
}
