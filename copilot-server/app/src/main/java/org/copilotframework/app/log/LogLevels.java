package org.copilotframework.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * The levels of Logback's loggers. A change holds until it is taken back or the process ends. Safe for use by several threads.
 */
final class LogLevels {
    /** As Logback calls the logger whose level holds where no nearer one is set. */
    static final String ROOT = Logger.ROOT_LOGGER_NAME;

    /** Which keeps what is audited. */
    private static final String AUDIT = "copilot.audit";

    private static final List<String> NAMES = List.of("trace", "debug", "info", "warn", "error", "off");
    private static final Pattern LOGGER = Pattern.compile("[A-Za-z_$][\\w$-]*(\\.[\\w$-]+)*");
    private static final int LONGEST = 200;
    /** A logger is never forgotten once it was named. */
    private static final int MOST = 1_000;

    private final LoggerContext context;
    private final boolean developer;

    /** Those that were changed, with the level that each had before; guarded by this. */
    private final Map<String, Optional<Level>> before = new LinkedHashMap<>();

    /**
     * Begins with nothing changed.
     *
     * @param context whose loggers
     * @param developer whether this is a developer's machine, where what callers say may be logged
     */
    LogLevels(LoggerContext context, boolean developer) {
        this.context = context;
        this.developer = developer;
    }

    /**
     * One logger as it is now.
     *
     * @param name its name
     * @param level what it was set to; null if the nearest above it decides
     * @param effective what holds for it
     * @param changed whether it was changed since the start
     */
    record Shown(String name, @Nullable String level, String effective, boolean changed) {}

    /** {@return the root and all loggers that have a level of their own, in the order of their names} */
    synchronized List<Shown> all() {
        return context.getLoggerList().stream()
                .filter(one -> one.getLevel() != null || before.containsKey(one.getName()))
                .map(this::shown)
                .toList();
    }

    /** Shows one; none is made by that. */
    synchronized Shown one(String name) {
        String known = checked(name);
        if (context.exists(known) != null) {
            return shown(context.getLogger(known));
        }
        String above = known;
        while (above.contains(".")) {
            above = above.substring(0, above.lastIndexOf('.'));
            if (context.exists(above) != null) {
                return new Shown(known, null, word(context.getLogger(above).getEffectiveLevel()), false);
            }
        }
        return new Shown(known, null, word(context.getLogger(ROOT).getEffectiveLevel()), false);
    }

    /** Sets the level of one. */
    synchronized Shown set(String name, String word) {
        String known = changeable(name);
        Level level = level(word);
        if (!before.containsKey(known) && before.size() >= MOST) {
            throw new ConflictException("the levels of " + MOST + " loggers were changed; take some back first");
        }
        Logger logger = context.getLogger(known);
        before.putIfAbsent(known, Optional.ofNullable(logger.getLevel()));
        logger.setLevel(level);
        return shown(logger);
    }

    /** Gives one back the level that it had at the start. */
    synchronized Shown reset(String name) {
        String known = changeable(name);
        Optional<Level> old = before.remove(known);
        if (old != null) {
            context.getLogger(known).setLevel(old.orElse(null));
        }
        return one(known);
    }

    /** Gives all back what they had at the start. */
    synchronized List<Shown> resetAll() {
        List.copyOf(before.keySet()).forEach(this::reset);
        return all();
    }

    private Shown shown(Logger logger) {
        Level own = logger.getLevel();
        return new Shown(
                logger.getName(),
                own == null ? null : word(own),
                word(logger.getEffectiveLevel()),
                before.containsKey(logger.getName()));
    }

    private static String word(Level level) {
        return level.toString().toLowerCase(Locale.ROOT);
    }

    private static String checked(String name) {
        if (name.equalsIgnoreCase(ROOT)) {
            return ROOT;
        } else if (name.length() > LONGEST || !LOGGER.matcher(name).matches()) {
            throw new InvalidRequestException("the name of a logger is expected, such as org.copilotframework.core or "
                    + ROOT + ": letters, digits, '_', '-' and '$' in parts with dots between them, " + LONGEST
                    + " characters at most");
        }
        return name;
    }

    private static String changeable(String name) {
        String known = checked(name);
        if (known.equals(AUDIT) || known.startsWith(AUDIT + ".")) {
            throw new InvalidRequestException("the level of " + AUDIT
                    + " cannot be changed: what is audited is kept; copilot.audit.log says whether it is logged");
        }
        return known;
    }

    private Level level(String word) {
        String name = word.toLowerCase(Locale.ROOT);
        if (!NAMES.contains(name)) {
            throw InvalidRequestException.at("/level", "one of " + String.join(", ", NAMES) + " is expected");
        }
        Level level = Level.toLevel(name);
        if (!developer && !level.isGreaterOrEqual(Level.INFO)) {
            throw InvalidRequestException.at(
                    "/level",
                    "info is the lowest where copilot.environment (APP_ENV) is not dev: what callers say may be logged by "
                            + name);
        }
        return level;
    }
}
