package org.copilotframework.storage.s3;

import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.BlobsKit;

class S3KitTest extends BlobsKit {
    @Override
    protected Blobs open() {
        S3Settings settings =
                BucketUnderTest.settings(BucketUnderTest.server().endpoint(), java.time.Duration.ofSeconds(30), "kit");
        return BucketUnderTest.open(settings, BucketUnderTest.client(settings));
    }
}
