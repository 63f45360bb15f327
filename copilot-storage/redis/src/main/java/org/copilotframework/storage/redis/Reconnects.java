package org.copilotframework.storage.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.event.Event;
import io.lettuce.core.event.connection.ConnectionActivatedEvent;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

/** Why the last attempt to connect again failed: a command that waits for a connection learns only that its time is up. */
final class Reconnects {
    private volatile @Nullable Throwable failure;

    Reconnects(ClientResources resources) {
        resources.eventBus().get().subscribe(this::see);
    }

    private void see(Event event) {
        if (event instanceof ReconnectFailedEvent failed) {
            failure = failed.getCause();
        } else if (event instanceof ConnectionActivatedEvent) {
            failure = null;
        }
    }

    /** What the server said to the last attempt, or null if it said nothing, or there is a connection. */
    @Nullable
    RedisCommandExecutionException refusal() {
        for (Throwable next = failure; next != null; next = next.getCause()) {
            if (next instanceof RedisCommandExecutionException answered) {
                return answered;
            }
        }
        return null;
    }
}
