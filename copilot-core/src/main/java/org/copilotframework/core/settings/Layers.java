package org.copilotframework.core.settings;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigSourceInterceptorFactory;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** The layers that settings lie in: which goes before which, how messages name them, and how a text is looked for in all of them. */
final class Layers {
    static final int OVERRIDES = 500;
    static final int SYSTEM = 400;
    static final int ENVIRONMENT = 300;
    static final int DOT_ENV = 290;
    static final int HOME = 280;
    static final int WORKING_DIRECTORY = 270;
    static final int DEFAULTS = 100;

    static final String ENVIRONMENT_NAME = "the environment";
    static final String DOT_ENV_NAME = ".env";

    private Layers() {}

    /** Whether a source was written for us alone. The system properties, the environment and .env are shared with others. */
    static boolean isOurs(ConfigSource source) {
        int ordinal = source.getOrdinal();
        return ordinal == OVERRIDES || ordinal == HOME || ordinal == WORKING_DIRECTORY || ordinal == DEFAULTS;
    }

    /** How a message names a source. */
    static String named(ConfigSource source) {
        return switch (source.getOrdinal()) {
            case ENVIRONMENT -> ENVIRONMENT_NAME;
            case DOT_ENV -> DOT_ENV_NAME;
            default -> source.getOrdinal() < WORKING_DIRECTORY ? "the default" : source.getName();
        };
    }

    /**
     * Nothing is discovered: what is on the class path of an application does not change what a setting means. Nothing is mapped
     * and no converter is asked: SmallRye finds the texts, and what they mean is said here, in the same words for core's own
     * settings and for those of plugins.
     */
    static SmallRyeConfig configured(List<ConfigSource> sources, @Nullable String profile) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .forClassLoader(Layers.class.getClassLoader())
                .addDefaultInterceptors()
                .withInterceptorFactories(new Referring())
                .withValidateUnknown(false)
                .withSources(sources);
        for (Setting<?> setting : CoreSettings.all()) {
            if (setting.fallback() != null) {
                builder.withDefaultValue(setting.key(), setting.fallback());
            }
        }
        if (profile != null) {
            builder.withProfile(profile);
        }
        return builder.build();
    }

    /** Values of one source, under the name that messages show. */
    static ConfigSource values(String name, Map<String, String> values, int ordinal) {
        return new NamedValues(name, values, ordinal);
    }

    /** Puts {@link SecretReferences} where it belongs. */
    private static final class Referring implements ConfigSourceInterceptorFactory {
        @Override
        public ConfigSourceInterceptor getInterceptor(ConfigSourceInterceptorContext context) {
            return new SecretReferences();
        }

        @Override
        public OptionalInt getPriority() {
            return OptionalInt.of(SecretReferences.PRIORITY);
        }
    }

    private static final class NamedValues extends MapBackedConfigSource {
        private static final long serialVersionUID = 1L;

        NamedValues(String name, Map<String, String> values, int ordinal) {
            super(name, values, ordinal);
        }
    }
}
