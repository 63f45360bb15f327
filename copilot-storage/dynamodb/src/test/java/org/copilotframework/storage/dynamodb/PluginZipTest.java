package org.copilotframework.storage.dynamodb;

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
        return "copilot-storage-dynamodb";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(StorageProvider.class, "dynamodb"));
    }

    @Override
    protected List<String> packed() {
        return List.of("dynamodb-", "sts-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("netty", "DynamoDBLocal", "sqlite");
    }

    @Override
    protected void use(Providers providers) {
        TableUnderTest test = TableUnderTest.fresh();
        StorageProvider provider = providers.the(StorageProvider.class);
        try (Storage store = provider.open(StorageUrl.parse(test.url()), test.context())) {
            store.migrate();
            store.check();
            assertThat(store.sessions().head(Sample.TENANT, Sample.SESSION)).isEmpty();
            store.commit(Sample.turn(1));
            assertThat(store.sessions().turns(Sample.TENANT, Sample.SESSION, 1, 1, Long.MAX_VALUE))
                    .containsExactly(Sample.turn(1, Sample.payload("said 1")));
        }
    }
}
