package org.copilotframework.security.jwt;

import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Keycloak as its distribution has it, in a process of its own, with a realm of the tests. One that does not start is a failure. */
final class Keycloak implements AutoCloseable {
    private static final String ADMIN = "admin";
    private static final String REALM = "/realms/copilot";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final int port;

    Keycloak(Path folder) throws IOException {
        Path home = Path.of(System.getProperty("copilot.test.keycloak"));
        Path realm = home.resolve("data/import/copilot-realm.json");
        Files.createDirectories(realm.getParent());
        Files.copy(
                Path.of("src/test/keycloak/copilot-realm.json"),
                realm,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        log = folder.resolve("keycloak.log");
        ProcessBuilder start = new ProcessBuilder(
                "bash",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--db=dev-mem",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--import-realm");
        start.environment().put("JAVA_HOME", System.getProperty("java.home"));
        start.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
        start.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
        start.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
        process = start.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::end));
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(500))
                .until(this::answers);
    }

    private boolean answers() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("Keycloak ended: " + Files.readString(log));
        }
        try {
            return send(request(REALM + "/.well-known/openid-configuration").GET())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    String issuer() {
        return "http://127.0.0.1:" + port + REALM;
    }

    /** A token for a service that shows its own secret. */
    String tokenOf(String client) throws IOException, InterruptedException, ParseException {
        return token(
                REALM, "grant_type=client_credentials&client_id=" + client + "&client_secret=" + client + "-secret");
    }

    /** A token for a user who signs in at a client. */
    String tokenOf(String client, String user) throws IOException, InterruptedException, ParseException {
        return token(
                REALM,
                "grant_type=password&client_id=" + client + "&client_secret=" + client + "-secret&username=" + user
                        + "&password=" + user + "-password");
    }

    private String token(String realm, String form) throws IOException, InterruptedException, ParseException {
        HttpResponse<String> answer = send(request(realm + "/protocol/openid-connect/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("Keycloak gives no token: " + answer.body());
        }
        return (String) JSONObjectUtils.parse(answer.body()).get("access_token");
    }

    /** Signs by a new key from now on; the ones before are gone. */
    void changeKeys() throws IOException, InterruptedException, ParseException {
        String admin =
                token("/realms/master", "grant_type=password&client_id=admin-cli&username=admin&password=" + ADMIN);
        String components = "/admin" + REALM + "/components";
        List<Object> before = JSONArrayUtils.parse(admin(
                admin,
                request(components + "?type=org.keycloak.keys.KeyProvider").GET()));
        String key = "{\"name\": \"newer\", \"providerId\": \"rsa-generated\","
                + " \"providerType\": \"org.keycloak.keys.KeyProvider\","
                + " \"config\": {\"priority\": [\"500\"], \"enabled\": [\"true\"], \"active\": [\"true\"]}}";
        admin(
                admin,
                request(components).header("Content-Type", "application/json").POST(BodyPublishers.ofString(key)));
        for (Object one : before) {
            Map<?, ?> component = (Map<?, ?>) one;
            if ("rsa-generated".equals(component.get("providerId"))) {
                admin(admin, request(components + "/" + component.get("id")).DELETE());
            }
        }
    }

    private String admin(String token, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request.header("Authorization", "Bearer " + token));
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException("Keycloak answers " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofMinutes(1));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private void end() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        end();
        process.onExit().join();
    }
}
