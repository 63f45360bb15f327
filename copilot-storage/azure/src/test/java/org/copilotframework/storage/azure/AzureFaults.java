package org.copilotframework.storage.azure;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.tck.blob.FaultyService;

/** The fake, as the kit of faults sees it. */
record AzureFaults(AzureFake fake) implements FaultyService {
    static AzureFaults start() throws IOException {
        return new AzureFaults(new AzureFake());
    }

    private static AzureUnderTest at(URI address) {
        return AzureUnderTest.with(Optional.of(address), Azurite.KEY);
    }

    @Override
    public Blobs open(String bucket) {
        return at(fake.endpoint()).chunkMib(1).open(bucket);
    }

    @Override
    public String bucket() {
        return AzureUnderTest.CONTAINER;
    }

    @Override
    public Blobs openAt(URI address) {
        return at(address.resolve("/" + Azurite.ACCOUNT)).impatient().open();
    }

    @Override
    public boolean isOfAWrite(String request) {
        return request.startsWith("PUT ") && !request.contains("comp=");
    }

    @Override
    public boolean isOfAPart(String request) {
        return request.contains("comp=block&");
    }

    @Override
    public void refuse(int times, Predicate<String> which, int status) {
        fake.server()
                .fail(times, which, AzureFake.status(status, status == 412 ? "ConditionNotMet" : "RefusedByTheTest"));
    }

    @Override
    public void lose(Predicate<String> which) {
        fake.server().lose(which);
    }

    @Override
    public void loseTheLast() {
        lose(request -> request.contains("comp=blocklist"));
    }

    @Override
    public void behave() {
        fake.server().behave();
    }

    @Override
    public void put(String object) {
        fake.blobs().put(object, new byte[0], new Headers());
    }

    @Override
    public Set<String> objects() {
        return fake.blobs().names();
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
