package org.copilotframework.security.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer's server over HTTP, that the test makes fail, hang and tell too much. */
final class Issuer implements AutoCloseable {
    /** What is done with a request for keys. */
    interface Answer {
        void to(HttpExchange request) throws IOException;
    }

    final AtomicInteger discoveries = new AtomicInteger();
    final AtomicInteger fetches = new AtomicInteger();

    /** Those that hang end when this is over. */
    final CountDownLatch end = new CountDownLatch(1);

    volatile String page;
    volatile Answer answer;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Issuer(JWK... keys) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException taken) {
            throw new IllegalStateException(taken);
        }
        publish(keys);
        page = "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}";
        server.createContext("/.well-known/openid-configuration", request -> {
            discoveries.incrementAndGet();
            text(request, 200, page);
        });
        server.createContext("/keys", request -> {
            fetches.incrementAndGet();
            answer.to(request);
        });
        server.setExecutor(threads);
        server.start();
    }

    void publish(JWK... keys) {
        String set = new JWKSet(Arrays.asList(keys)).toString(true);
        answers(200, set);
    }

    void answers(int status, String text) {
        answer = request -> text(request, status, text);
    }

    /** It has the metadata of RFC 8414 only. */
    void isNoOpenIdProvider() {
        server.removeContext("/.well-known/openid-configuration");
        server.createContext("/.well-known/oauth-authorization-server", request -> text(request, 200, page));
    }

    /** Takes requests and never answers. */
    void hangs() {
        answer = request -> {
            try {
                end.await();
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
            request.close();
        };
    }

    static void text(HttpExchange request, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        request.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        request.getResponseBody().write(bytes);
        request.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Goes down. */
    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
