package org.copilotframework.core.call;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.storage.MemoryStorage;

/** One store that several dispatchers use as if they were processes of their own; each can be cut off from it. */
final class SharedMemory {
    private final MemoryStorage memory = new MemoryStorage(1_000);
    private final Map<Storage, Boolean> cutOff = new ConcurrentHashMap<>();
    private final Map<Storage, Map<String, Runnable>> before = new ConcurrentHashMap<>();
    private final Map<String, Runnable> beforeAny = new ConcurrentHashMap<>();
    private volatile Predicate<RunChange> refused = change -> false;
    private volatile Predicate<RunId> unreadable = run -> false;
    private final Map<Storage, Loss> lost = new ConcurrentHashMap<>();

    private record Loss(String change, Runnable meanwhile) {
        boolean meant(Object[] args) {
            return args != null
                    && args[0] instanceof Commit commit
                    && commit.run()
                            .filter(run -> run.change().startsWith(change))
                            .isPresent();
        }
    }

    Sessions sessions() {
        return memory.sessions();
    }

    Runs runs() {
        return memory.runs();
    }

    /**
     * The next commit of a process whose change has a name of that beginning is made, and its answer lost.
     *
     * @param meanwhile happens before the process hears of it
     */
    void loseAnswer(HostedAgents process, String change, Runnable meanwhile) {
        lost.put(process.storage, new Loss(change, meanwhile));
    }

    /** Something happens before each call of a method that a process makes, such as that it fails. */
    void before(HostedAgents process, String method, Runnable happens) {
        before.put(process.storage, Map.of(method, happens));
    }

    /** Something happens before each call of a method, whichever process makes it. */
    void beforeAny(String method, Runnable happens) {
        beforeAny.put(method, happens);
    }

    /** Some changes of runs are refused, for no reason that anybody knows. */
    void failing(Predicate<RunChange> changes) {
        refused = changes;
    }

    /** Some runs cannot be read, as if they were damaged. */
    void unreadable(Predicate<RunId> runs) {
        unreadable = runs;
    }

    /** A connection that a dispatcher may close, and that says it survives it. */
    Storage connection() {
        Storage[] self = new Storage[1];
        self[0] = proxy(Storage.class, memory, self);
        cutOff.put(self[0], false);
        return self[0];
    }

    void cutOff(HostedAgents process) {
        cutOff.put(process.storage, true);
    }

    void reconnect(HostedAgents process) {
        cutOff.put(process.storage, false);
    }

    void reallyClose() {
        memory.close();
    }

    @SuppressWarnings("ReferenceEquality") // A connection is itself and no other; so is a method's package.
    private <T> T proxy(Class<T> type, Object target, Storage[] self) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            switch (method.getName()) {
                case "hashCode":
                    return System.identityHashCode(proxy);
                case "equals":
                    return proxy == args[0];
                case "shared":
                    return true;
                case "close":
                    return null;
                default:
                    if (cutOff.getOrDefault(self[0], false)) {
                        throw new UnavailableException("the test has cut this process off", Duration.ZERO);
                    }
            }
            beforeAny.getOrDefault(method.getName(), () -> {}).run();
            if (method.getName().equals("find") && unreadable.test((RunId) args[1])) {
                throw new UnavailableException("the test has damaged it", Duration.ZERO);
            }
            if (args != null
                    && args[0] instanceof Commit commit
                    && commit.run().filter(refused).isPresent()) {
                throw new ConflictException("the test refuses it");
            }
            before.getOrDefault(self[0], Map.of())
                    .getOrDefault(method.getName(), () -> {})
                    .run();
            try {
                Object result = method.invoke(target, args);
                Loss loss = lost.get(self[0]);
                if (loss != null && loss.meant(args)) {
                    lost.remove(self[0]);
                    loss.meanwhile().run();
                    throw new UnavailableException("the test has lost the answer", Duration.ZERO);
                }
                Class<?> face = method.getReturnType();
                return type == Storage.class
                                && face.isInterface()
                                && face.getPackageName().equals(type.getPackageName())
                        ? proxy(face, result, self)
                        : result;
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        }));
    }
}
