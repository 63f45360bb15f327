package org.copilotframework.storage.gcs;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.ConnectionFactory;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpTransportFactory;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.time.Duration;
import org.copilotframework.storage.objects.OwnLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels uploads that are given up, for which the client has no word: the address of an upload is looked at as the client goes
 * there. Who knows the address may go on with the upload, so it is told to nobody.
 */
final class UploadSessions implements HttpTransportFactory, ConnectionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(UploadSessions.class);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final ThreadLocal<Watch> watches = new ThreadLocal<>();
    private final HttpTransport transport =
            new NetHttpTransport.Builder().setConnectionFactory(this).build();
    private final int connect;
    private final int patience;

    UploadSessions(GcsSettings settings) {
        this.connect = millis(settings.connectTimeout());
        this.patience = millis(settings.timeout());
    }

    /** The service drops it by itself after a week: nobody waits long for this. */
    private static int millis(Duration time) {
        return (int) (time.compareTo(LONGEST) > 0 ? LONGEST : time).toMillis();
    }

    /** What a thread asks for meanwhile; the client makes its calls on the thread that calls it. */
    final class Watch implements AutoCloseable {
        private @Nullable String address;

        /** Where its upload is, or null if none was begun. */
        @Nullable
        String address() {
            return address;
        }

        @Override
        public void close() {
            watches.remove();
        }
    }

    Watch watch() {
        Watch watch = new Watch();
        watches.set(watch);
        return watch;
    }

    @Override
    public HttpTransport create() {
        return transport;
    }

    @Override
    public HttpURLConnection openConnection(URL url) throws IOException {
        Watch watch = watches.get();
        if (watch != null && url.getQuery() != null && url.getQuery().contains("upload_id=")) {
            watch.address = url.toString();
        }
        return (HttpURLConnection) url.openConnection();
    }

    /** Once, and without a word if it does not succeed. */
    void cancel(String address) {
        // Who is interrupted has to tidy up, too.
        boolean interrupted = Thread.interrupted();
        try {
            OwnLoader.within(() -> {
                HttpRequest request = transport
                        .createRequestFactory()
                        .buildDeleteRequest(new GenericUrl(address, true))
                        .setConnectTimeout(connect)
                        .setReadTimeout(patience)
                        .setNumberOfRetries(0)
                        .setLoggingEnabled(false)
                        .setThrowExceptionOnExecuteError(false);
                request.execute().disconnect();
                return request;
            });
        } catch (IOException | RuntimeException refused) {
            LOG.debug(
                    "an upload was not cancelled ({}): the service forgets it after a week",
                    refused.getClass().getSimpleName());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
