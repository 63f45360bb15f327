package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.storage.tck.ProviderZipKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-storage-s3";
    }

    @Override
    protected List<String> packed() {
        return List.of("s3-", "sts-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("netty", "apache-client", "s3proxy", "jetty");
    }

    @Test
    void theProviderWorksInALoaderOfItsOwn(@TempDir Path folder) throws Exception {
        System.setProperty("aws.accessKeyId", S3Server.KEY);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        try {
            inALoaderOfItsOwn(folder, BlobsProvider.class, provider -> {
                assertThat(provider.name()).isEqualTo("s3");
                try (Blobs store = provider.open(Optional.of(BucketUnderTest.BUCKET), new HostsContext())) {
                    store.check();
                    TenantId tenant = new TenantId("acme");
                    BlobInfo written = store.write(tenant, "zip/a.txt", out -> out.write('x'));
                    assertThat(store.stat(tenant, "zip/a.txt")).contains(written);
                    assertThat(store.erase(tenant)).isEqualTo(1);
                }
            });
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    /** As the host does: the record is the plugin's own, made from texts. */
    private static final class HostsContext implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            try {
                Constructor<?> constructor = type.getDeclaredConstructors()[0];
                constructor.setAccessible(true);
                return type.cast(constructor.newInstance(
                        Optional.empty(),
                        Optional.of(BucketUnderTest.server().endpoint()),
                        true,
                        Optional.of("zip"),
                        8,
                        Duration.ofSeconds(30),
                        10,
                        Optional.empty()));
            } catch (ReflectiveOperationException refused) {
                throw new IllegalStateException(refused);
            }
        }

        @Override
        public Path home() {
            return Path.of("home").toAbsolutePath();
        }
    }
}
