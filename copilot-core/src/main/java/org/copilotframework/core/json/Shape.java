package org.copilotframework.core.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.agent.Name;
import org.jspecify.annotations.Nullable;

/** What a record looks like in data: the same for reading, writing and the schema. */
record Shape(Constructor<?> constructor, List<Component> components) {

    /**
     * One component.
     *
     * @param name the name in data
     * @param javaName the name in Java
     * @param type the type of its value; for an Optional, of what it may hold
     * @param nullable whether null stands for nothing
     * @param fallback the text of its @Default
     */
    record Component(
            String name,
            String javaName,
            Type type,
            boolean optional,
            boolean nullable,
            @Nullable String fallback,
            @Nullable String doc,
            Method accessor) {

        boolean required() {
            return !optional && !nullable && fallback == null;
        }
    }

    static Shape of(Class<?> type) {
        List<Component> components = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            Component one = component(component);
            if (!names.add(one.name())) {
                throw new Misfit("record " + type.getSimpleName() + " has two components named '" + one.name()
                        + "'; change one @Name");
            }
            components.add(one);
        }
        try {
            Class<?>[] parameters =
                    Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            components.forEach(component -> component.accessor().setAccessible(true));
            return new Shape(constructor, List.copyOf(components));
        } catch (NoSuchMethodException | InaccessibleObjectException closed) {
            throw new Misfit("record " + type.getSimpleName() + " cannot be reached; open its package "
                    + type.getPackageName() + " to the orchestrator in its module-info");
        }
    }

    private static Component component(RecordComponent component) {
        Name name = component.getAnnotation(Name.class);
        Default fallback = component.getAnnotation(Default.class);
        Doc doc = component.getAnnotation(Doc.class);
        boolean optional = component.getType() == Optional.class;
        Type type = component.getGenericType();
        if (optional) {
            type = type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : Object.class;
        }
        return new Component(
                name == null ? component.getName() : name.value(),
                component.getName(),
                type,
                optional,
                component.getAnnotatedType().isAnnotationPresent(Nullable.class),
                fallback == null ? null : fallback.value(),
                doc == null ? null : doc.value(),
                component.getAccessor());
    }

    /** What a message says of a type that data cannot be read into or written from. */
    static Misfit unsupported(Class<?> type) {
        String name = type.getTypeName();
        if (type == Optional.class) {
            return new Misfit("Optional is for a record's component itself, not for what a list, map or array holds");
        } else if (Map.class.isAssignableFrom(type)) {
            return new Misfit("a map's keys must be text, or a type that is text in data, such as an enum");
        }
        return new Misfit(name + " cannot be data; use a record, an enum, a list, a map or a value type of the JDK, or give the"
                + " agent a codec of its own");
    }
}
