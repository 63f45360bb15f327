package org.copilotframework.core.settings;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.copilotframework.core.settings.CopilotSettings.Environment;
import org.copilotframework.core.settings.CopilotSettings.LogLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What does for a developer on his own machine, and for nobody else. */
final class ProductionRules {
    private static final int SHORTEST = 32;

    /** 32 hexadecimal digits by chance have 14 different ones on average, and fewer than 8 once in some ten million. */
    private static final int FEWEST_DIFFERENT = 8;

    /** Words by which examples and templates of settings show that a secret has to be put in their place. */
    private static final Pattern EXAMPLE = Pattern.compile(
            "change[-_ ]?(me|this|it)|replace[-_ ]?(me|this|with)|your[-_ ]|example|placeholder|insecure"
                    + "|default|password|secret|development|0123456789|abcdefgh|qwert");

    /** Those before are as good as those of today: keys and tokens are still known by them. */
    private static final List<Setting<String>> SECRETS = List.of(
            CoreSettings.SECRET_KEY,
            CoreSettings.SECRET_KEY_PREVIOUS,
            CoreSettings.API_KEY,
            CoreSettings.API_KEY_SECRET,
            CoreSettings.API_KEY_SECRET_PREVIOUS,
            CoreSettings.JWT_SECRET,
            CoreSettings.JWT_SECRET_PREVIOUS);

    /** By which the level that holds is seen, however it was set: by a variable, a property, or a file of the logging provider. */
    private static final List<Logger> LOGS = List.of(
            LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME),
            LoggerFactory.getLogger("org.copilotframework.core.call"));

    private ProductionRules() {}

    /**
     * Those that these settings break. The environment is a developer's unless it is said otherwise, so where others are let in, what
     * keeps them from running code of theirs holds in each.
     *
     * @param loopback whether only this machine is let in
     */
    static List<String> broken(CoreValues values, boolean loopback) {
        List<String> broken = new ArrayList<>();
        boolean developer = values.of(CoreSettings.ENVIRONMENT) == Environment.DEV;
        if (!developer || !loopback) {
            secrets(values, broken);
            if (values.of(CoreSettings.PLUGINS_TRUST) == PluginSettings.Trust.ANY) {
                broken.add(
                        "copilot.plugins.trust is any: whoever can write the folder of plugins, or was granted plugins:write, has"
                                + " his code run; set it to signed, or to digest");
            }
        }
        if (!developer) {
            LogLevel level = values.of(CoreSettings.LOG_LEVEL);
            if (level == LogLevel.DEBUG || level == LogLevel.TRACE) {
                broken.add("copilot.log-level (in the environment LOG_LEVEL) is "
                        + level.name().toLowerCase(Locale.ROOT)
                        + ": what callers say may be logged; set it to info");
            } else if (LOGS.stream().anyMatch(Logger::isDebugEnabled)) {
                broken.add(
                        "the log has what is for debugging, whatever copilot.log-level says: what callers say may be logged;"
                                + " set LOG_LEVEL in the environment, and what else sets the level of a logger, to info");
            }
        }
        return broken;
    }

    private static void secrets(CoreValues values, List<String> broken) {
        // One variable stands for several settings; it is told once.
        Set<String> told = new HashSet<>();
        for (Setting<String> setting : SECRETS) {
            String secret = values.optional(setting).orElse("");
            if (!secret.isEmpty() && told.add(secret) && isWeak(secret)) {
                String fallback = String.valueOf(setting.fallback());
                broken.add(setting.key() + " (in the environment " + fallback.substring(2, fallback.indexOf(':'))
                        + ") is shorter than " + SHORTEST
                        + " bytes or not made by chance; make one, such as with: openssl rand -base64 32");
            }
        }
    }

    private static boolean isWeak(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8).length < SHORTEST
                || secret.chars().distinct().count() < FEWEST_DIFFERENT
                || EXAMPLE.matcher(secret.toLowerCase(Locale.ROOT)).find();
    }
}
