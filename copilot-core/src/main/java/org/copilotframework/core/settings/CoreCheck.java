package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.Set;
import org.copilotframework.core.naming.NearNames;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Checks core's own settings before SmallRye binds them, so that all problems are told at once and in our words. */
final class CoreCheck {
    private static final String PLUGIN = "copilot.plugin.";

    private final SmallRyeConfig config;
    private final Path base;
    private final Problems problems = new Problems();
    private final Map<String, Object> read = new HashMap<>();

    CoreCheck(SmallRyeConfig config, Path base) {
        this.config = config;
        this.base = base;
    }

    void run() {
        List<Setting> all = Setting.all();
        Values values = new Values(config);
        all.forEach(setting -> check(setting, values.of(setting.key(), problems)));
        together();
        unknown(all);
        problems.raise();
    }

    /** Teaches SmallRye the same forms that were checked here. */
    SmallRyeConfigBuilder converters(SmallRyeConfigBuilder builder) {
        Setting.all().stream().map(Setting::type).distinct().forEach(type -> convert(builder, type));
        return builder;
    }

    private <T> void convert(SmallRyeConfigBuilder builder, Class<T> type) {
        SettingType form = form(type);
        @SuppressWarnings("unchecked") // The form of a primitive gives its boxed type, which Class.cast would refuse.
        Converter<T> converter = text -> {
            try {
                return text.isEmpty() ? null : (T) form.parse().parse(text);
            } catch (Exception wrong) {
                throw new IllegalArgumentException(form.expected() + " is expected", wrong);
            }
        };
        builder.withConverter(type, 500, converter);
    }

    private void check(Setting setting, Values.@Nullable Value value) {
        if (value == null) {
            if (setting.fallback() != null) {
                problems.missing(setting.key(), form(setting.type()).expected());
            }
            return;
        }
        SettingType form = form(setting.type());
        try {
            Object parsed = form.parse().parse(value.text());
            String lack = setting.lack(parsed);
            if (lack == null) {
                read.put(setting.key(), parsed);
            } else {
                problems.value(setting.key(), value.text(), value.source(), lack);
            }
        } catch (Exception wrong) {
            // The JDK's parsers differ in what they throw and say; what is expected is said in our words.
            problems.value(setting.key(), value.text(), value.source(), form.expected());
        }
    }

    /** What must hold between settings. A value that is wrong by itself is not compared. */
    private void together() {
        if (read.get("copilot.invoke.timeout") instanceof Duration timeout
                && read.get("copilot.invoke.max-timeout") instanceof Duration most
                && timeout.compareTo(most) > 0) {
            problems.other("copilot.invoke.timeout is longer than copilot.invoke.max-timeout; lower the one or raise the other");
        }
        if (read.get("copilot.plugins.limits.archive-bytes") instanceof ByteSize archive
                && read.get("copilot.plugins.limits.unpacked-bytes") instanceof ByteSize unpacked
                && archive.bytes() > unpacked.bytes()) {
            problems.other("copilot.plugins.limits.archive-bytes is more than copilot.plugins.limits.unpacked-bytes; lower the"
                    + " one or raise the other");
        }
    }

    private void unknown(List<Setting> all) {
        Set<String> known = new TreeSet<>();
        all.forEach(setting -> known.add(setting.key()));
        for (ConfigSource source : config.getConfigSources()) {
            if (!SettingsSources.isOurs(source)) {
                continue;
            }
            for (String name : new TreeSet<>(source.getPropertyNames())) {
                String key = withoutProfile(name);
                if (key.startsWith("copilot.") && !key.startsWith(PLUGIN) && !known.contains(key)) {
                    List<String> near = NearNames.of(key, new ArrayList<>(known));
                    problems.other(key + " (from " + SettingsSources.named(source) + ") is not a setting"
                            + (near.isEmpty() ? "; the reference lists them" : "; did you mean " + String.join(", ", near) + "?"));
                }
            }
        }
    }

    static String withoutProfile(String name) {
        int dot = name.indexOf('.');
        return name.startsWith("%") && dot > 0 ? name.substring(dot + 1) : name;
    }

    private SettingType form(Class<?> type) {
        return Objects.requireNonNull(SettingType.of(type, base), type::getName);
    }
}
