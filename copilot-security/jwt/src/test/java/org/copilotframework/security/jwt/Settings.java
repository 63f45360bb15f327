package org.copilotframework.security.jwt;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.plugin.Secret;

/** Settings by the names of their components; what is not said has its default. */
final class Settings {
    private final Map<String, Object> said = new LinkedHashMap<>();

    private Settings() {}

    static Settings bySecret() {
        return new Settings().with("secret", Secret.of(Tokens.SECRET));
    }

    static Settings of(Issuer issuer) {
        return new Settings()
                .with("issuer", issuer.url())
                .with("audience", List.of(Tokens.AUDIENCE))
                .with("timeout", Duration.ofSeconds(20));
    }

    static Settings none() {
        return new Settings();
    }

    Settings with(String component, Object value) {
        said.put(component, value);
        return this;
    }

    JwtSettings made() {
        RecordComponent[] components = JwtSettings.class.getRecordComponents();
        Object[] arguments = Arrays.stream(components).map(this::value).toArray();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<JwtSettings> constructor = JwtSettings.class.getDeclaredConstructor(types);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException refused) {
            throw (RuntimeException) refused.getCause();
        } catch (ReflectiveOperationException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    private Object value(RecordComponent component) {
        Object value = said.get(component.getName());
        if (component.getType() == Optional.class) {
            return Optional.ofNullable(value);
        } else if (value != null) {
            return value;
        }
        String text = component.getAnnotation(Default.class).value();
        if (component.getType() == List.class) {
            return Arrays.stream(text.split(",")).filter(one -> !one.isEmpty()).toList();
        } else if (component.getType() == Duration.class) {
            return Duration.parse("PT" + text);
        } else if (component.getType() == boolean.class) {
            return Boolean.valueOf(text);
        }
        return component.getType() == URI.class ? URI.create(text) : text;
    }
}
