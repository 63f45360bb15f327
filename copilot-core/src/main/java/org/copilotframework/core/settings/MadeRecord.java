package org.copilotframework.core.settings;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/** Makes a settings record of values that are right by themselves; its own constructor may say that they do not go together. */
final class MadeRecord {
    private MadeRecord() {}

    /**
     * Makes it.
     *
     * @param prefix below which its settings stand, with the dot
     * @param problems keeps secrets out of what its constructor says
     */
    static <T extends Record> T of(Class<T> type, @Nullable Object[] arguments, String prefix, Problems problems) {
        try {
            Class<?>[] parameters = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<T> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException thrown) {
            throw refused(thrown, prefix, problems);
        } catch (ReflectiveOperationException | InaccessibleObjectException closed) {
            throw new InvalidRequestException(
                    "the settings record " + type.getSimpleName() + " cannot be made; open its package "
                            + type.getPackageName() + " to the orchestrator in its module-info");
        }
    }

    private static RuntimeException refused(InvocationTargetException thrown, String prefix, Problems problems) {
        if (thrown.getCause() instanceof VirtualMachineError exhausted) {
            throw exhausted;
        } else if (thrown.getCause() instanceof UnavailableException down) {
            return new UnavailableException(
                    problems.clean(down.getMessage()), down.retryAfter().orElseThrow());
        }
        String said = problems.clean(String.valueOf(
                thrown.getCause() == null ? null : thrown.getCause().getMessage()));
        return new InvalidRequestException(
                "the settings below " + prefix.substring(0, prefix.length() - 1) + " do not go together: " + said);
    }
}
