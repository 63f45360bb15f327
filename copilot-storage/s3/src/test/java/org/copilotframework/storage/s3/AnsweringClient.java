package org.copilotframework.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Carries requests to a real server, and answers some itself: what only Amazon's own S3 says. What writes or deletes goes one by
 * one, since S3Proxy looks at a condition and acts on it in two steps, and S3 in one.
 */
final class AnsweringClient implements SdkHttpClient {
    /** Decides who answers. */
    interface Rule {
        /** What to say to a request; empty to pass it on. */
        Optional<Answer> answer(SdkHttpRequest request);
    }

    /**
     * What is said: an HTTP status and a body; or, after the request was passed on, that instead of the answer, or the answer
     * until the connection breaks, or the answer after a while.
     */
    record Answer(int status, String body, boolean passed, int cutAt, Duration delay) {
        Answer(int status, String body, boolean passed, int cutAt) {
            this(status, body, passed, cutAt, Duration.ZERO);
        }

        /** What was asked for is done after a while. */
        static Answer late(Duration delay) {
            return new Answer(0, "", true, -1, delay);
        }

        /** What was asked for is done, and its answer is this error. */
        static Answer hidden(int status, String code) {
            return new Answer(status, error(status, code).body(), true, -1);
        }

        static Answer error(int status, String code) {
            return new Answer(
                    status,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                            + "</Code><Message>of the test</Message>" + "<RequestId>1</RequestId></Error>",
                    false,
                    -1);
        }

        static Answer lost() {
            return new Answer(500, "", true, -1);
        }

        static Answer cut(int bytes) {
            return new Answer(0, "", true, bytes);
        }
    }

    private static final ReentrantLock WRITES = new ReentrantLock();

    private final SdkHttpClient client;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Rule rule = request -> Optional.empty();

    AnsweringClient(SdkHttpClient client) {
        this.client = client;
    }

    void rule(Rule next) {
        requests.clear();
        rule = next;
    }

    /** Method, path and query of each request since the rule was given. */
    List<String> requests() {
        return requests;
    }

    static boolean isPart(SdkHttpRequest request) {
        return request.method() == SdkHttpMethod.PUT
                && request.firstMatchingRawQueryParameter("partNumber").isPresent();
    }

    static boolean isCompletion(SdkHttpRequest request) {
        return request.method() == SdkHttpMethod.POST
                && request.firstMatchingRawQueryParameter("uploadId").isPresent();
    }

    static boolean isPut(SdkHttpRequest request) {
        return request.method() == SdkHttpMethod.PUT && !isPart(request);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        SdkHttpRequest http = request.httpRequest();
        requests.add(http.method() + " " + http.getUri());
        Answer answer = rule.answer(http).orElse(null);
        ExecutableHttpRequest real = answer == null || answer.passed() ? client.prepareRequest(request) : null;
        boolean alone = http.method() != SdkHttpMethod.GET && http.method() != SdkHttpMethod.HEAD && !isPart(http);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                if (real == null) {
                    return said(answer, http.method());
                }
                if (answer != null) {
                    pause(answer.delay());
                }
                if (alone) {
                    WRITES.lock();
                }
                try {
                    HttpExecuteResponse response = real.call();
                    if (answer == null || !answer.delay().isZero()) {
                        return response;
                    }
                    if (answer.cutAt() >= 0) {
                        AbortableInputStream body = response.responseBody().orElseThrow();
                        return HttpExecuteResponse.builder()
                                .response(response.httpResponse())
                                .responseBody(AbortableInputStream.create(new Cut(body, answer.cutAt()), body))
                                .build();
                    }
                    // The answer to a DELETE has no body.
                    response.responseBody().ifPresent(AbortableInputStream::abort);
                    return said(answer, http.method());
                } finally {
                    if (alone) {
                        WRITES.unlock();
                    }
                }
            }

            @Override
            public void abort() {
                if (real != null) {
                    real.abort();
                }
            }
        };
    }

    private static void pause(Duration delay) throws IOException {
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("nobody waits any more");
        }
    }

    /** As HTTP wants it, an answer to HEAD has no body: S3 cannot say there what the error is called. */
    private static HttpExecuteResponse said(Answer answer, SdkHttpMethod method) {
        byte[] body = method == SdkHttpMethod.HEAD ? new byte[0] : answer.body().getBytes(StandardCharsets.UTF_8);
        return HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder()
                        .statusCode(answer.status())
                        .putHeader("Content-Length", Integer.toString(body.length))
                        .build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
                .build();
    }

    /** Breaks after some bytes. */
    private static final class Cut extends FilterInputStream {
        private int left;

        Cut(InputStream in, int left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0) {
                throw new IOException("connection reset");
            }
            int read = super.read(bytes, from, Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String clientName() {
        return "Answering";
    }
}
