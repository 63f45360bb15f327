package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import org.copilotframework.api.error.UnavailableException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The connection to one table. */
final class Backend implements AutoCloseable {
    private final DynamoDbClient client;
    private final String table;
    private final String region;
    private final Duration timeout;
    private final SideBySide sideBySide;
    private volatile boolean closed;

    Backend(DynamoDbClient client, String table, String region, Duration timeout) {
        this.client = client;
        this.table = table;
        this.region = region;
        this.timeout = timeout;
        this.sideBySide = new SideBySide(toString());
    }

    /** Begins a call that must be answered within the time the provider is set to, whatever it asks of DynamoDB. */
    Work work() {
        return begin(false);
    }

    /** Begins a call that may take as long as it takes; each single request is still bounded in time. */
    Work longWork() {
        return begin(true);
    }

    private Work begin(boolean each) {
        if (closed) {
            throw new UnavailableException("the store " + this + " is closed", Duration.ZERO);
        }
        return new Work(this, client, new Patience(toString(), timeout, each, () -> closed));
    }

    /** Does the same with many things, several at a time; each begins a call of its own. */
    <T> void sideBySide(Collection<T> things, Consumer<T> work) {
        sideBySide.each(things, work);
    }

    String table() {
        return table;
    }

    Writes writes() {
        return new Writes(table);
    }

    @Override
    public void close() {
        closed = true;
        sideBySide.close();
        client.close();
    }

    @Override
    public String toString() {
        return "DynamoDB table '" + table + "' in " + region;
    }
}
