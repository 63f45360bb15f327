package org.copilotframework.core.call;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.invocation.InvocationInterceptor;
import org.copilotframework.api.spi.invocation.InvocationInterceptor.Completion;
import org.copilotframework.core.agent.Faults;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application's own rooms, entered in the order they were given and left in reverse. */
final class InterceptorRoom implements Room {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final InvocationInterceptor[] interceptors;

    InterceptorRoom(List<InvocationInterceptor> interceptors) {
        this.interceptors = interceptors.toArray(new InvocationInterceptor[0]);
    }

    @Override
    public boolean enter(Call call) {
        if (interceptors.length > 0) {
            @Nullable Completion[] completions = new Completion[interceptors.length];
            call.completions = completions;
            for (int i = 0; i < interceptors.length; i++) {
                completions[i] = enter(interceptors[i], call);
            }
        }
        return true;
    }

    @Override
    public void leave(Call call) {
        @Nullable Completion[] completions = call.completions;
        if (completions == null) {
            return;
        }
        for (int i = completions.length - 1; i >= 0; i--) {
            Completion completion = completions[i];
            if (completion != null) {
                try {
                    completion.ended(call.outcome());
                } catch (Throwable thrown) {
                    LOG.warn(
                            "{} threw when a call had ended:\n{}",
                            completion.getClass().getName(),
                            Faults.stack(thrown));
                }
            }
        }
    }

    private static @Nullable Completion enter(InvocationInterceptor interceptor, Call call) {
        try {
            return interceptor.enter(call);
        } catch (CopilotException refusal) {
            throw refusal;
        } catch (Throwable thrown) {
            LOG.warn(
                    "{} threw and so refused a call:\n{}",
                    interceptor.getClass().getName(),
                    Faults.stack(thrown));
            throw new UnavailableException(
                    interceptor.getClass().getName() + " refused the call by a fault: " + Faults.brief(thrown),
                    Duration.ofSeconds(1));
        }
    }
}
