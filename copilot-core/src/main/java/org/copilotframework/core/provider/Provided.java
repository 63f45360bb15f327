package org.copilotframework.core.provider;

import java.util.function.Function;

/**
 * A provider that a plugin brought.
 *
 * @param <S> the interface that it implements
 * @param <D> what it says of itself
 */
public final class Provided<S, D> {
    private final S provider;
    private final D description;
    private final String origin;
    private final ClassLoader loader;

    Provided(S provider, D description, String origin, ClassLoader loader) {
        this.provider = provider;
        this.description = description;
        this.origin = origin;
        this.loader = loader;
    }

    /**
     * What it said of itself when it was asked.
     *
     * @return the description
     */
    public D description() {
        return description;
    }

    /**
     * Its class and where it came from, for a person.
     *
     * @return such as {@code org.example.TapeProvider (plugin tape 1.0.0, tape.zip)}
     */
    @Override
    public String toString() {
        return provider.getClass().getName() + " (" + origin + ")";
    }

    /**
     * Calls it on this thread, whose context class loader is the provider's own meanwhile: libraries look for their parts there.
     *
     * @param work the call
     * @param <T> what it gives
     * @return what it gave
     */
    public <T> T call(Function<S, T> work) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return work.apply(provider);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
