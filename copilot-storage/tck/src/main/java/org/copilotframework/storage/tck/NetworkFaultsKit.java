package org.copilotframework.storage.tck;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * Whatever the network and the server do: who commits is told the truth or that it is not known, a commit that is sent again
 * is made once, and all is well as soon as the server is back. For stores that have a server. The themes are run as nested
 * classes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class NetworkFaultsKit {
    /**
     * A way in which the server refuses work because it has too much of it, or no room.
     *
     * @param name what happens
     * @param begins makes it refuse, by real means; connections may break
     * @param ends lets it work again
     * @param words what an error says, so that an operator knows what to do: the name of a setting
     */
    public record Throttling(String name, Means begins, Means ends, String words) {
        /** What is done to the server. */
        public interface Means {
            /**
             * Does it.
             *
             * @throws Exception if that fails, which fails the test
             */
            void take() throws Exception;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** For subclasses. */
    protected NetworkFaultsKit() {}

    /**
     * The store that the tests are about.
     *
     * @return always the same store
     */
    protected abstract StoreUnderTest store();

    /**
     * The store's server.
     *
     * @return its address; asked for each connection, since it may be another one after {@link #startServer()}
     */
    protected abstract InetSocketAddress server();

    /**
     * The same store by way of a proxy. Its settings should make a call give up after about two seconds, so that the tests do
     * not take long.
     *
     * @param proxy where the proxy listens
     * @return the same store with another address in its URL
     */
    protected abstract StoreUnderTest through(InetSocketAddress proxy);

    /**
     * Stops the server as hard as the declared durability allows.
     *
     * @throws Exception if that fails, which fails the test
     */
    protected abstract void stopServer() throws Exception;

    /**
     * Starts the server again with what it had.
     *
     * @throws Exception if that fails, which fails the test
     */
    protected abstract void startServer() throws Exception;

    /**
     * How the server refuses work because it has too much of it.
     *
     * @return each way; at least one
     */
    protected abstract List<Throttling> throttlings();

    @Nested
    class LostRequests extends LostRequestsKit {
        @Override
        NetworkFaultsKit kit() {
            return NetworkFaultsKit.this;
        }
    }

    @Nested
    class Stalls extends StallsKit {
        @Override
        NetworkFaultsKit kit() {
            return NetworkFaultsKit.this;
        }
    }

    @Nested
    class AwayServers extends AwayServersKit {
        @Override
        NetworkFaultsKit kit() {
            return NetworkFaultsKit.this;
        }
    }
}
