package org.copilotframework.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** An S3Proxy with a bucket, and the SDK itself: one part of 8 MiB after the other, as it comes out of the box. */
final class S3Peer implements AutoCloseable {
    private static final String BUCKET = "bench";
    private static final int PART = 8 << 20;

    private final Process server;
    private final URI endpoint;
    private final S3Client client;

    private S3Peer(Process server, URI endpoint) {
        this.server = server;
        this.endpoint = endpoint;
        this.client = S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(SystemPropertyCredentialsProvider.create())
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }

    static S3Peer start(Path folder) throws IOException {
        System.setProperty("aws.accessKeyId", "bench");
        System.setProperty("aws.secretAccessKey", "secret");
        Path files = Files.createDirectory(folder.resolve("s3"));
        List<String> jars = new ArrayList<>(Files.readAllLines(ChildJvm.target().resolve("s3proxy.txt")));
        jars.add(0, ChildJvm.target().resolve("benchmarks.jar").toString());
        Process server = new ProcessBuilder(
                        ChildJvm.java(),
                        "-Xmx512m",
                        "-cp",
                        String.join(File.pathSeparator, jars),
                        S3ProxyServer.class.getName(),
                        "bench",
                        "secret",
                        files.toString())
                .redirectError(folder.resolve("server.txt").toFile())
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(S3ProxyServer.PORT)) {
                Thread drain = new Thread(() -> output.lines().forEach(more -> {}), "s3proxy-output");
                drain.setDaemon(true);
                drain.start();
                String port = line.substring(S3ProxyServer.PORT.length());
                S3Peer peer = new S3Peer(server, URI.create("http://127.0.0.1:" + port));
                peer.client.createBucket(bucket -> bucket.bucket(BUCKET));
                return peer;
            }
        }
        throw new IllegalStateException("S3Proxy does not start: " + Files.readString(folder.resolve("server.txt")));
    }

    Map<String, String> settings() {
        return Map.of(
                "copilot.blobs.provider",
                "s3",
                "copilot.blobs.bucket",
                BUCKET,
                "copilot.blobs.s3.endpoint",
                endpoint.toString(),
                "copilot.blobs.s3.path-style",
                "true");
    }

    double up() throws IOException {
        long start = System.nanoTime();
        String id = client.createMultipartUpload(one -> one.bucket(BUCKET).key("raw"))
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        byte[] part = new byte[PART];
        int[] filled = {0};
        BlobsRow.fill(new OutputStream() {
            @Override
            public void write(int one) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                System.arraycopy(bytes, from, part, filled[0], length);
                filled[0] += length;
                if (filled[0] == PART) {
                    send();
                }
            }

            private void send() {
                int number = parts.size() + 1;
                String etag = client.uploadPart(
                                one -> one.bucket(BUCKET)
                                        .key("raw")
                                        .uploadId(id)
                                        .partNumber(number),
                                RequestBody.fromBytes(part))
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
                filled[0] = 0;
            }
        });
        client.completeMultipartUpload(
                all -> all.bucket(BUCKET).key("raw").uploadId(id).multipartUpload(some -> some.parts(parts)));
        return (System.nanoTime() - start) / 1e9;
    }

    double down() throws IOException {
        long start = System.nanoTime();
        try (InputStream in = client.getObject(one -> one.bucket(BUCKET).key("raw"))) {
            BlobsRow.drain(in);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        server.destroyForcibly().waitFor();
    }
}
