package org.copilotframework.storage.gcs;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.FaultyService;

/** The fake, as the kit of faults sees it. */
record GcsFaults(GcsFake fake) implements FaultyService {
    static GcsFaults start() throws IOException {
        return new GcsFaults(new GcsFake());
    }

    @Override
    public Blobs open(String bucket) {
        return GcsUnderTest.at(fake).chunkMib(1).open(bucket);
    }

    @Override
    public String bucket() {
        return GcsFake.BUCKET;
    }

    @Override
    public Blobs openAt(URI address) {
        return GcsUnderTest.at(address).impatient().open();
    }

    @Override
    public boolean isOfAWrite(String request) {
        return request.contains("uploadType=multipart");
    }

    @Override
    public boolean isOfAPart(String request) {
        return request.startsWith("PUT ");
    }

    @Override
    public void refuse(int times, Predicate<String> which, int status) {
        fake.server().fail(times, which, GcsFake.status(status, "refusedByTheTest"));
    }

    @Override
    public void lose(Predicate<String> which) {
        fake.server().lose(which);
    }

    @Override
    public void loseTheLast() {
        fake.uploads().loseTheLast();
    }

    @Override
    public void behave() {
        fake.server().behave();
    }

    @Override
    public void put(String object) {
        fake.objects().put(GcsFake.BUCKET, object, Map.of(), new JsonObject(), new byte[0]);
    }

    @Override
    public Set<String> objects() {
        return fake.objects().names();
    }

    @Override
    public int requests() {
        return fake.server().seen().size();
    }

    @Override
    public void close() {
        fake.close();
    }
}
