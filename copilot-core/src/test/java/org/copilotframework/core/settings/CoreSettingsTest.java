package org.copilotframework.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CoreSettingsTest {
    private static final Path BASE = Path.of("").toAbsolutePath();

    /** In the table for their names in the environment; the provider reads them. */
    private static final Set<String> OF_PROVIDERS = Set.of(
            "copilot.encryption.local.secret-key",
            "copilot.encryption.local.secret-key-previous",
            "copilot.http.host",
            "copilot.http.port",
            "copilot.security.apikey.key",
            "copilot.security.apikey.secret",
            "copilot.security.apikey.secret-previous",
            "copilot.security.jwt.secret",
            "copilot.security.jwt.secret-previous",
            // Read while the settings are, and by nobody after that.
            "copilot.secrets.sources",
            "copilot.secrets.refresh",
            "copilot.secrets.file.folder");

    /** The table and the view that the rest of core reads it by are written by hand, so they are held together here. */
    @Test
    void eachSettingIsReadUnderTheNameOfItsKey() throws Exception {
        Map<String, Object> told = new LinkedHashMap<>();
        CoreValues values = new CoreValues();
        int number = 7;
        for (Setting<?> setting : CoreSettings.all()) {
            Object value = valueOf(setting, number++);
            values.put(setting, value);
            if (!OF_PROVIDERS.contains(setting.key())) {
                told.put(setting.key(), value);
            }
        }
        Map<String, Object> read = new LinkedHashMap<>();
        read("copilot", new CopilotSettings(values), read);
        assertThat(read).containsExactlyInAnyOrderEntriesOf(told);
    }

    @Test
    void eachFallbackFitsItsType() {
        List<String> unfit = new ArrayList<>();
        for (Setting<?> setting : CoreSettings.all()) {
            SettingType type = SettingType.of(setting.type(), BASE);
            assertThat(type).as(setting.key()).isNotNull();
            if (setting.fallback() != null && !setting.fallback().startsWith("${")) {
                try {
                    if (setting.lack(type.parse(setting.fallback())) != null) {
                        unfit.add(setting.key());
                    }
                } catch (Exception wrong) {
                    unfit.add(setting.key());
                }
            }
        }
        assertThat(unfit).isEmpty();
    }

    /** Another value for each setting, where its type has that many. */
    private static Object valueOf(Setting<?> setting, int number) throws Exception {
        Class<?> type = setting.type();
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[constants.length - 1];
        }
        SettingType form = SettingType.of(type, BASE);
        assertThat(form).isNotNull();
        if (type == Boolean.class) {
            return form.parse("true");
        }
        return form.parse(type == java.time.Duration.class ? number + "s" : Integer.toString(number));
    }

    private static void read(String prefix, Object group, Map<String, Object> into) throws Exception {
        for (Method method : group.getClass().getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers()) || method.getParameterCount() > 0) {
                continue;
            }
            String key = prefix + "."
                    + method.getName().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
            Object value = method.invoke(group);
            if (value.getClass().getSimpleName().endsWith("Settings")) {
                read(key, value, into);
            } else {
                into.put(key, value instanceof Optional<?> optional ? optional.orElseThrow() : value);
            }
        }
    }
}
