package org.copilotframework.core.json;

import static org.copilotframework.core.json.ScalarTable.format;
import static org.copilotframework.core.json.ScalarTable.pattern;
import static org.copilotframework.core.json.ScalarTable.schema;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** The scalars of {@code java.time}. */
final class TimeScalars {
    private static final String DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private static final String TIME = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?";

    private TimeScalars() {}

    static void list(ScalarTable table) {
        table.text(Instant.class, "a time such as 2025-01-31T12:00:00Z", Instant::parse, format("date-time"));
        table.text(
                OffsetDateTime.class,
                "a time such as 2025-01-31T12:00:00+01:00",
                OffsetDateTime::parse,
                format("date-time"));
        table.text(
                ZonedDateTime.class,
                "a time such as 2025-01-31T12:00:00+01:00[Europe/Paris]",
                ZonedDateTime::parse,
                pattern(DATE + "T" + TIME + "(Z|[+-][0-9:]+)(\\[.+\\])?$"));
        table.text(LocalDate.class, "a date such as 2025-01-31", LocalDate::parse, format("date"));
        table.text(
                LocalDateTime.class,
                "a date and time such as 2025-01-31T12:00:00",
                LocalDateTime::parse,
                pattern(DATE + "T" + TIME + "$"));
        table.text(LocalTime.class, "a time of day such as 12:00:00", LocalTime::parse, pattern("^" + TIME + "$"));
        table.text(OffsetTime.class, "a time of day such as 12:00:00+01:00", OffsetTime::parse, format("time"));
        table.text(Duration.class, "a duration such as PT30S", Duration::parse, format("duration"));
        table.text(Period.class, "a period such as P1M", Period::parse, format("duration"));
        table.text(YearMonth.class, "a month such as 2025-01", YearMonth::parse, pattern("^[0-9]{4}-[0-9]{2}$"));
        table.text(
                MonthDay.class, "a day of the year such as --01-31", MonthDay::parse, pattern("^--[0-9]{2}-[0-9]{2}$"));
        table.text(ZoneId.class, "a time zone such as Europe/Paris", ZoneId::of, schema("type", "string"));
        table.text(ZoneOffset.class, "an offset such as +01:00", ZoneOffset::of, schema("type", "string"));
        table.add(
                Year.class,
                "a year",
                found -> Year.of(NumberScalars.whole(found).intValueExact()),
                year -> (long) year.getValue(),
                schema("type", "integer", "minimum", (long) Year.MIN_VALUE, "maximum", (long) Year.MAX_VALUE));
    }
}
