package org.copilotframework.storage.redis;

import java.util.Set;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;

/**
 * Opens stores in Redis: {@code redis://user:password@host:6379/0}, {@code rediss://…} with TLS, several hosts for a cluster.
 * Its settings are {@code copilot.storage.redis.*}; the module's README lists them.
 *
 * <p>Stateless, so safe for use by several threads.
 */
public final class RedisStorageProvider implements StorageProvider {
    /** Makes the provider. {@link java.util.ServiceLoader} and the plugin host call this. */
    public RedisStorageProvider() {}

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss");
    }

    /**
     * Opens a store, connects to it, and reads from the server what its durability is.
     *
     * @throws org.copilotframework.api.error.InvalidRequestException if the URL or a setting has a wrong form, the server does
     *     not take the password or the certificate, or the server would evict keys when it is full
     * @throws org.copilotframework.api.error.UnavailableException if no server can be reached
     */
    @Override
    public Storage open(StorageUrl url, ProviderContext context) {
        RedisSettings settings = context.settings(RedisSettings.class);
        Shards shards = new Shards(settings.prefix(), settings.shards());
        RedisLink link = RedisLink.open(url, settings);
        try {
            Durability durability = ServerCheck.of(link, shards, settings);
            link.opened();
            return new RedisStorage(link, shards, durability);
        } catch (RuntimeException refused) {
            link.close();
            throw refused;
        }
    }
}
