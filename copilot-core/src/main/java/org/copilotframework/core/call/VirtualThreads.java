package org.copilotframework.core.call;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Virtual threads where the JVM has them (21 and newer), found by name because this is compiled for 17. */
final class VirtualThreads {
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtualHandle();

    private VirtualThreads() {}

    /**
     * A factory of unnamed virtual threads that inherit nothing.
     *
     * @return the factory, or null if this JVM has no virtual threads
     */
    static @Nullable ThreadFactory factory() {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object made = Thread.class.getMethod("ofVirtual").invoke(null);
            made = builder.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(made, false);
            return (ThreadFactory) builder.getMethod("factory").invoke(made);
        } catch (ReflectiveOperationException | UnsupportedOperationException absent) {
            // Before 21, or 19 and 20 without their preview: the platform pool does the work.
            return null;
        }
    }

    static boolean isVirtual(Thread thread) {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable impossible) {
            throw new LinkageError("Thread.isVirtual()", impossible);
        }
    }

    private static @Nullable MethodHandle isVirtualHandle() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException absent) {
            return null;
        }
    }
}
