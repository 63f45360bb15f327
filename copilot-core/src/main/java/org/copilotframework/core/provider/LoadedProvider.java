package org.copilotframework.core.provider;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentSource;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.plugin.FailedStart;
import org.copilotframework.core.plugin.Isolated;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A provider plugin whose classes are loaded: one instance of each class in its extension index. */
final class LoadedProvider implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LoadedProvider.class);
    private static final String SPI = "org.copilotframework.api.spi.";

    private final Offer offer;
    private final Isolated isolated;
    private final List<Object> instances;

    private LoadedProvider(Offer offer, Isolated isolated, List<Object> instances) {
        this.offer = offer;
        this.isolated = isolated;
        this.instances = instances;
    }

    /**
     * Loads and constructs the providers of an archive, bounded in time.
     *
     * @throws FailedStart if one of them cannot be made; nothing is left open
     */
    static LoadedProvider load(Offer offer, Duration limit) {
        Isolated isolated = new Isolated(offer.copy().stored());
        AtomicReference<List<Object>> made = new AtomicReference<>(List.of());
        try {
            isolated.run("provider-" + offer.ref().id(), limit, () -> made.set(instances(offer, isolated.loader())));
            return new LoadedProvider(offer, isolated, made.get());
        } catch (FailedStart failed) {
            close(offer, isolated);
            throw failed;
        }
    }

    private static List<Object> instances(Offer offer, ClassLoader loader) {
        List<Object> instances = new ArrayList<>();
        for (String name : offer.info().extensions()) {
            instances.add(instance(name, loader));
        }
        return instances;
    }

    private static Object instance(String name, ClassLoader loader) {
        try {
            Class<?> type = loader.loadClass(name);
            if (Agent.class.isAssignableFrom(type) || AgentSource.class.isAssignableFrom(type)) {
                throw new FailedStart("its extension " + name + " is an agent, and a plugin holds either agents or"
                        + " providers; build the agents as a plugin of their own");
            }
            if (!isProvider(type)) {
                throw new FailedStart("its extension " + name + " implements no provider of this host, such as " + SPI
                        + "storage.StorageProvider; take it out of the extension index");
            }
            return type.getConstructor().newInstance();
        } catch (NoSuchMethodException | IllegalAccessException | InstantiationException wrong) {
            throw new FailedStart(name + " must be a public class with a public constructor without parameters: "
                    + Faults.inWords(wrong));
        } catch (FailedStart failed) {
            throw failed;
        } catch (Throwable thrown) {
            Throwable cause = thrown instanceof InvocationTargetException && thrown.getCause() != null
                    ? thrown.getCause()
                    : thrown;
            throw FailedStart.threw("loading or constructing " + name, cause);
        }
    }

    private static boolean isProvider(@Nullable Class<?> type) {
        if (type == null) {
            return false;
        }
        for (Class<?> one : type.getInterfaces()) {
            if (one.getName().startsWith(SPI) || isProvider(one)) {
                return true;
            }
        }
        return isProvider(type.getSuperclass());
    }

    Offer offer() {
        return offer;
    }

    /**
     * Its providers of one kind.
     *
     * @throws FailedStart if one of them does not say what it is
     */
    <S, D> List<Provided<S, D>> of(Class<S> spi, Function<S, D> described, Duration limit) {
        List<Provided<S, D>> found = new ArrayList<>();
        for (Object instance : instances) {
            if (spi.isInstance(instance)) {
                S provider = spi.cast(instance);
                found.add(new Provided<>(
                        provider,
                        description(provider, described, limit),
                        "plugin " + offer.ref() + ", " + offer.origin(),
                        isolated.loader()));
            }
        }
        return found;
    }

    private <S, D> D description(S provider, Function<S, D> described, Duration limit) {
        AtomicReference<@Nullable D> said = new AtomicReference<>();
        isolated.run("provider-" + offer.ref().id(), limit, () -> said.set(asked(provider, described)));
        D description = said.get();
        if (description == null) {
            throw new FailedStart(
                    provider.getClass().getName() + " does not say what it is; let its methods return no null");
        }
        return description;
    }

    private static <S, D> @Nullable D asked(S provider, Function<S, D> described) {
        try {
            return described.apply(provider);
        } catch (Throwable thrown) {
            throw FailedStart.threw(provider.getClass().getName() + ", asked what it is,", thrown);
        }
    }

    @Override
    public void close() {
        close(offer, isolated);
    }

    private static void close(Offer offer, Isolated isolated) {
        try {
            isolated.close();
        } catch (IOException e) {
            log.warn("Provider {}: its archive could not be closed: {}", offer.ref(), e.toString());
        }
        offer.close();
    }
}
