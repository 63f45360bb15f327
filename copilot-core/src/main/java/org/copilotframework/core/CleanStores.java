package org.copilotframework.core;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.blob.LocalBlobs;
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
        // What lies in a folder is given no secret.
        return blobs instanceof LocalBlobs ? blobs : (Blobs) clean(Blobs.class, blobs, redaction);
    }

    private static Object clean(Class<?> type, Object target, Redaction redaction) {
        return Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {type}, new CleanStores(target, redaction));
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // Equal to what it cleans would mean equal to what is not clean.
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (arguments != null && method.getName().equals("equals") && method.getDeclaringClass() == Object.class) {
            return proxy == arguments[0];
        }
        try {
            return given(method, method.invoke(target, taken(arguments)));
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
            throw cause instanceof IOException fault
                    ? CleanWords.ofFiles(fault, redaction)
                    : CleanWords.of(cause, redaction);
        }
    }

    /** Who writes a file hears of a fault first where he writes. */
    private @Nullable Object @Nullable [] taken(@Nullable Object @Nullable [] arguments) {
        int last = arguments == null ? -1 : arguments.length - 1;
        if (arguments != null && last >= 0 && arguments[last] instanceof BlobWriter writer) {
            @Nullable Object[] taken = arguments.clone();
            taken[last] = (BlobWriter) out -> writer.writeTo(new CleanOutput(out, redaction));
            return taken;
        }
        return arguments;
    }

    /** A part is always the same object; a file that is read may fail later. */
    private @Nullable Object given(Method method, @Nullable Object result) {
        if (result instanceof Optional<?> file && file.isPresent() && target instanceof Blobs) {
            return file.map(one -> one instanceof Blob blob
                    ? new Blob(blob.info(), new CleanInput(blob.content(), redaction))
                    : one instanceof InputStream content ? new CleanInput(content, redaction) : one);
        }
        Class<?> type = method.getReturnType();
        return result != null && PARTS.contains(type)
                ? parts.computeIfAbsent(method, one -> clean(type, result, redaction))
                : result;
    }
}
