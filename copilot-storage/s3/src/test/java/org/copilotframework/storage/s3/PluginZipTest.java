package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.storage.tck.ProviderZipKit;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-storage-s3";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(BlobsProvider.class, "s3"));
    }

    @Override
    protected List<String> packed() {
        return List.of("s3-", "sts-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("netty", "apache-client", "s3proxy", "jetty");
    }

    @Override
    protected void use(Providers providers) throws IOException {
        System.setProperty("aws.accessKeyId", S3Server.KEY);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        ProviderContext context = context(Map.of(
                "endpoint",
                BucketUnderTest.server().endpoint().toString(),
                "path-style",
                "true",
                "prefix",
                "zip",
                "max-connections",
                "10"));
        try (Blobs store = providers.the(BlobsProvider.class).open(Optional.of(BucketUnderTest.BUCKET), context)) {
            store.check();
            TenantId tenant = new TenantId("acme");
            BlobInfo written = store.write(tenant, "zip/a.txt", out -> out.write('x'));
            assertThat(store.stat(tenant, "zip/a.txt")).contains(written);
            assertThat(store.erase(tenant)).isEqualTo(1);
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }
}
