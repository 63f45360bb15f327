package org.copilotframework.core;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.copilotframework.api.spi.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * A store that takes the plugin that opened it, and the encryption before it, down with it, for who opens nothing but a store. A proxy, so that no method that
 * the contract gains, with a body of its own, is ever forgotten here. An orchestrator needs none: it closes both itself.
 */
final class LoadedStorage implements InvocationHandler {
    private final Storage storage;
    private final AtRest atRest;
    private final Ground ground;

    private LoadedStorage(Storage storage, AtRest atRest, Ground ground) {
        this.storage = storage;
        this.atRest = atRest;
        this.ground = ground;
    }

    static Storage of(AtRest atRest, Ground ground) {
        Storage storage = atRest.storage();
        if (ground.providers().statuses().isEmpty()
                && !atRest.isOn()
                && !ground.settings().refersToSecrets()) {
            // Nothing that was opened with it is in use.
            ground.close();
            return storage;
        }
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                new LoadedStorage(storage, atRest, ground));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(storage, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        } finally {
            if (method.getName().equals("close")) {
                atRest.close();
                ground.close();
            }
        }
    }
}
