package org.copilotframework.core.settings;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Reads what roles grant: {@code copilot.security.roles.<role>}, whose names nobody knows before. */
final class RoleTable {
    private static final String PREFIX = "copilot.security.roles.";
    private static final String VARIABLE = Problems.environment(PREFIX);
    private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern SCOPE = Pattern.compile("[!-~]{1,256}");

    private RoleTable() {}

    static Map<String, Set<String>> read(SmallRyeConfig config, Problems problems) {
        Map<String, Set<String>> roles = new TreeMap<>();
        Values values = new Values(config);
        for (String role : named(config)) {
            Value value = values.of(PREFIX + role, problems);
            if (value == null) {
                continue;
            } else if (!ROLE.matcher(role).matches()) {
                problems.value(
                        PREFIX + role,
                        value,
                        "a role named by 1 to 64 ASCII letters, digits, '.', '_' and '-', beginning with a letter or digit,");
            } else if (value.holdsSecret()) {
                problems.other(PREFIX + role + " refers to a secret, and what a role grants is none; write the scopes");
            } else {
                Set<String> scopes = value.split().stream().map(Value::form).collect(Collectors.toSet());
                if (!scopes.stream().allMatch(RoleTable::isScope)) {
                    problems.value(
                            PREFIX + role,
                            value,
                            "scopes with commas, such as agents:invoke,sessions:read, and no further role");
                }
                roles.put(role, Set.copyOf(scopes));
            }
        }
        return Map.copyOf(roles);
    }

    /** Whether a key, or a variable of the environment, says what a role grants. */
    static boolean isRole(String key) {
        return key.startsWith(PREFIX) || key.startsWith(VARIABLE);
    }

    private static boolean isScope(String text) {
        return SCOPE.matcher(text).matches() && !text.startsWith("role:");
    }

    /** The role of a variable is in lower case, with dashes, unless another source has a name that it stands for as well. */
    private static Set<String> named(SmallRyeConfig config) {
        Set<String> roles = new TreeSet<>();
        Set<String> variables = new LinkedHashSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            for (String name : source.getPropertyNames()) {
                String key = UnknownKeys.withoutProfile(name);
                String variable = Problems.environment(name);
                if (source instanceof EnvConfigSource) {
                    // It tells a variable by its name and by keys that this may stand for.
                    if (variable.startsWith(VARIABLE) && variable.length() > VARIABLE.length()) {
                        variables.add(variable);
                    }
                } else if (key.startsWith(PREFIX) && key.length() > PREFIX.length()) {
                    roles.add(key.substring(PREFIX.length()));
                }
            }
        }
        roles.forEach(role -> variables.remove(Problems.environment(PREFIX + role)));
        for (String variable : variables) {
            roles.add(variable.substring(VARIABLE.length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '-'));
        }
        return roles;
    }
}
