package org.copilotframework.core;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.secret.CleanWords;
import org.copilotframework.core.secret.Redaction;
import org.copilotframework.core.storage.MemoryStorage;
import org.jspecify.annotations.Nullable;

/**
 * Stores whose faults are passed on without secrets, whatever its driver says: from here they go into logs, errors and health by many
 * ways. A proxy, so that no method that the contract gains is ever forgotten.
 */
final class CleanStores implements InvocationHandler {
    /** What a store consists of, each always the same object. */
    private static final Set<Class<?>> PARTS = Set.of(Sessions.class, Runs.class, KeyValues.class, Outbox.class);

    private final Object target;
    private final Redaction redaction;
    private final Map<Method, Object> parts = new ConcurrentHashMap<>();

    private CleanStores(Object target, Redaction redaction) {
        this.target = target;
        this.redaction = redaction;
    }

    static Storage storage(Storage storage, Redaction redaction) {
        // Ours is given no secret, and asked more often than any other.
        return storage instanceof MemoryStorage ? storage : (Storage) clean(Storage.class, storage, redaction);
    }

    static Blobs blobs(Blobs blobs, Redaction redaction) {
        return (Blobs) clean(Blobs.class, blobs, redaction);
    }

    private static Object clean(Class<?> type, Object target, Redaction redaction) {
        return Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {type}, new CleanStores(target, redaction));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            Object result = method.invoke(target, arguments);
            Class<?> type = method.getReturnType();
            return result != null && PARTS.contains(type)
                    ? parts.computeIfAbsent(method, one -> clean(type, result, redaction))
                    : result;
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
            throw cause instanceof IOException fault ? clean(fault) : CleanWords.of(cause, redaction);
        }
    }

    private IOException clean(IOException fault) {
        return redaction.isNeeded(Faults.stack(fault)) ? new IOException(redaction.of(Faults.inWords(fault))) : fault;
    }
}
