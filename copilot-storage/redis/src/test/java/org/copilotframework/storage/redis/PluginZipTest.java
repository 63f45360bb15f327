package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.tck.ProviderZipKit;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-storage-redis";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(StorageProvider.class, "redis"));
    }

    @Override
    protected List<String> packed() {
        return List.of("lettuce-core-");
    }

    @Override
    protected void use(Providers providers) {
        RedisUnderTest test = RedisUnderTest.shared();
        StorageProvider provider = providers.the(StorageProvider.class);
        try (Storage store = provider.open(StorageUrl.parse(test.url()), test.context())) {
            store.migrate();
            store.check();
            assertThat(store.sessions().head(Sample.TENANT, Sample.SESSION)).isEmpty();
        }
    }
}
