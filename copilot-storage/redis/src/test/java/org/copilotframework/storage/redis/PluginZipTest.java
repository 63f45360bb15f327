package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.storage.tck.ProviderZipKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-storage-redis";
    }

    @Override
    protected List<String> packed() {
        return List.of("lettuce-core-");
    }

    @Test
    void theProviderWorksInALoaderOfItsOwn(@TempDir Path folder) throws Exception {
        inALoaderOfItsOwn(folder, StorageProvider.class, provider -> {
            RedisUnderTest test = RedisUnderTest.shared();
            try (Storage store = provider.open(StorageUrl.parse(test.url()), test.context())) {
                store.migrate();
                store.check();
                assertThat(store.sessions().head(Sample.TENANT, Sample.SESSION)).isEmpty();
            }
        });
    }
}
