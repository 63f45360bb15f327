package org.copilotframework.core.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;

/**
 * A class that nothing holds, so that its death tells of a garbage collection that unloads classes. Most collections do not,
 * and what outlives those is no leak.
 */
final class Canary {
    private final WeakReference<Class<?>> bird;

    Canary() {
        this.bird = new WeakReference<>(hatched());
    }

    /** Whether classes that nothing held when this was made are gone now. */
    boolean dead() {
        return bird.get() == null;
    }

    /** A hidden class goes by itself; any other would only go together with its loader. */
    private static Class<?> hatched() {
        try (InputStream code = Bird.class.getResourceAsStream("Canary$Bird.class")) {
            if (code == null) {
                throw new IllegalStateException("the class file of " + Bird.class.getName() + " is missing");
            }
            return MethodHandles.lookup()
                    .defineHiddenClass(code.readAllBytes(), false)
                    .lookupClass();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class Bird {}
}
