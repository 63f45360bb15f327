package org.copilotframework.storage.s3;

import org.copilotframework.storage.tck.blob.BlobFaultsKit;
import org.copilotframework.storage.tck.blob.Canaries;
import org.copilotframework.storage.tck.blob.FaultyService;

class S3FaultsKitTest extends BlobFaultsKit {
    @Override
    protected FaultyService start() {
        return new S3Faults();
    }

    @Override
    protected String credentials() {
        return "AWS_ACCESS_KEY_ID";
    }

    @Override
    protected Canaries secrets() {
        return Canaries.of(S3Server.SECRET);
    }

    /** What is kept beside an object is not listed with it. */
    @Override
    protected int requestsOfAPage(int longNames) {
        return 1 + longNames;
    }
}
