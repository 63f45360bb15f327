package org.copilotframework.core.json;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/** Writes a record by its accessors. What is empty or null is left out; null where none is allowed is refused. */
final class RecordWriter extends ValueSerializer<Object> {
    private final Shape shape;

    RecordWriter(Class<?> type) {
        this.shape = Shape.of(type);
    }

    @Override
    public void serialize(Object value, JsonGenerator to, SerializationContext context) {
        to.writeStartObject(value);
        for (Shape.Component component : shape.components()) {
            try {
                Object held = held(component, value);
                if (held != null) {
                    to.writeName(component.name());
                    context.findContentValueSerializer(held.getClass(), null)
                            .serialize(held, to, context);
                }
            } catch (JacksonException wrong) {
                throw wrong.prependPath(value.getClass(), component.name());
            }
        }
        to.writeEndObject();
    }

    private static @Nullable Object held(Shape.Component component, Object of) {
        Object held = called(component, of);
        if (held instanceof Optional<?> optional && component.optional()) {
            return optional.orElse(null);
        } else if (held == null && !component.nullable()) {
            throw new Misfit("is null; make the component " + component.javaName()
                    + " Optional or @Nullable if it may be absent");
        }
        return held;
    }

    private static @Nullable Object called(Shape.Component component, Object of) {
        try {
            return component.accessor().invoke(of);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof VirtualMachineError exhausted) {
                throw exhausted;
            }
            throw new Misfit("cannot be read: its accessor threw " + thrown.getCause());
        } catch (IllegalAccessException closed) {
            throw new Misfit("cannot be read: its accessor cannot be called");
        }
    }
}
