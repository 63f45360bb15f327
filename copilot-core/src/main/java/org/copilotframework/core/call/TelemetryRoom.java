package org.copilotframework.core.call;

import java.util.List;
import org.copilotframework.api.spi.invocation.InvocationObserver;
import org.copilotframework.api.spi.invocation.InvocationObserver.Observation;
import org.copilotframework.api.spi.invocation.InvocationObserver.Scope;
import org.copilotframework.core.agent.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first room: observers see a call before anything may refuse it, and see how it ended. */
final class TelemetryRoom implements Room {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final InvocationObserver[] observers;

    TelemetryRoom(List<InvocationObserver> observers) {
        this.observers = observers.toArray(new InvocationObserver[0]);
    }

    @Override
    public boolean enter(Call call) {
        if (observers.length > 0) {
            @Nullable Observation[] observations = new Observation[observers.length];
            for (int i = 0; i < observers.length; i++) {
                try {
                    observations[i] = observers[i].started(call);
                } catch (Throwable thrown) {
                    dropped(observers[i], thrown);
                }
            }
            call.observations = observations;
        }
        return true;
    }

    @Override
    public void leave(Call call) {
        @Nullable Observation[] observations = call.observations;
        if (observations == null) {
            return;
        }
        for (int i = observations.length - 1; i >= 0; i--) {
            Observation observation = observations[i];
            if (observation != null) {
                try {
                    observation.ended(call.outcome());
                } catch (Throwable thrown) {
                    dropped(observation, thrown);
                }
            }
        }
    }

    /** Opens the scopes of all observers on the agent's thread. */
    static @Nullable Scope @Nullable [] open(Call call) {
        @Nullable Observation[] observations = call.observations;
        if (observations == null) {
            return null;
        }
        @Nullable Scope[] scopes = new Scope[observations.length];
        for (int i = 0; i < observations.length; i++) {
            Observation observation = observations[i];
            if (observation != null) {
                try {
                    scopes[i] = observation.open();
                } catch (Throwable thrown) {
                    dropped(observation, thrown);
                }
            }
        }
        return scopes;
    }

    static void close(@Nullable Scope @Nullable [] scopes) {
        if (scopes == null) {
            return;
        }
        for (int i = scopes.length - 1; i >= 0; i--) {
            Scope scope = scopes[i];
            if (scope != null) {
                try {
                    scope.close();
                } catch (Throwable thrown) {
                    dropped(scope, thrown);
                }
            }
        }
    }

    private static void dropped(Object thrower, Throwable thrown) {
        LOG.warn(
                "{} threw; an observer changes nothing:\n{}", thrower.getClass().getName(), Faults.stack(thrown));
    }
}
