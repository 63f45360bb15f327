package org.copilotframework.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Run;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;

/** A full run, in a process of its own because of its environment: all that it says is searched by {@link SecretsStayInsideTest}. */
public final class CanaryProcess {
    private static final Logger EVERYTHING = Logger.getLogger("");

    private final Path home;
    private final Path inbox;
    private final Cli cli = new Cli();

    private CanaryProcess(Path home, Path inbox) {
        this.home = home;
        this.inbox = inbox;
    }

    /** Arguments: home, the folder of plugins, a whole or only a leaky run, a folder for files, the port of the database. */
    public static void main(String[] arguments) throws Exception {
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        EVERYTHING.addHandler(handler);
        EVERYTHING.setLevel(Level.ALL);
        CanaryProcess process = new CanaryProcess(Path.of(arguments[0]), Path.of(arguments[1]));
        if (arguments[2].equals("leaky")) {
            for (String form : List.of("plain", "base64", "url", "fail", "log")) {
                process.command("ask", "keyed", "leak " + form);
            }
        } else {
            Path files = Path.of(arguments[3]);
            process.embedded();
            process.faultsAfterTheStart(files, Integer.parseInt(arguments[4]));
            process.commands(files);
            process.signatures(files);
            process.wrongSettings(arguments[4]);
        }
        System.out.println("## done");
        System.out.flush();
        System.exit(0);
    }

    private void embedded() throws Exception {
        try (Orchestrator orchestrator =
                Orchestrator.builder().home(home).plugins(inbox).start()) {
            Client client = orchestrator.forCaller(Caller.of("acme", "me", Set.of("*")));
            List<Object> said = new ArrayList<>(List.of(
                    orchestrator,
                    client,
                    orchestrator.health(),
                    orchestrator.plugins().list()));
            said.add(orchestrator.agents().list());
            said.add(client.invoke("keyed", "hello").text());
            Run run = client.submit(AgentRequest.to("keyed").text("stream").build());
            said.add(run);
            try (var events = run.events(0)) {
                events.forEachRemaining(said::add);
            }
            try {
                client.invoke("keyed", "fail");
            } catch (CopilotException failed) {
                said.add(failed);
                failed.printStackTrace();
            }
            said.add(orchestrator.plugins());
            said.add(orchestrator.health());
            said.forEach(System.out::println);
        }
    }

    /** A secret that cannot be read any more, and a database that is gone. */
    private void faultsAfterTheStart(Path files, int port) throws Exception {
        Path passing = Files.copy(files.resolve("secrets/api"), files.resolve("secrets/passing"));
        try (Forwarder database = new Forwarder(port);
                Orchestrator orchestrator = Orchestrator.builder()
                        .home(home)
                        .plugins(inbox)
                        .setting("copilot.secrets.refresh", "200ms")
                        .setting("copilot.runs.poll-interval", "200ms")
                        .setting("copilot.plugin.keyed.api-key", "${secret:passing}")
                        .setting("copilot.storage.url", database.url())
                        .start()) {
            Client client = orchestrator.forCaller(Caller.of("acme", "me", Set.of("*")));
            System.out.println(client.invoke("keyed", "hello").text());
            Files.move(files.resolve("secrets/binary"), passing, StandardCopyOption.REPLACE_EXISTING);
            awaitTrouble(orchestrator, "secrets");
            database.close();
            for (String said : List.of("hello", "fail")) {
                try {
                    client.submit(AgentRequest.to("keyed").text(said).build());
                } catch (RuntimeException failed) {
                    failed.printStackTrace();
                }
            }
            awaitTrouble(orchestrator, "storage");
        }
        Files.move(passing, files.resolve("secrets/binary"));
    }

    private static void awaitTrouble(Orchestrator orchestrator, String part) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> orchestrator.health().parts().stream()
                        .anyMatch(one -> one.name().equals(part) && one.status() != Health.Status.OK));
        System.out.println("## in trouble: " + part);
        System.out.println(orchestrator.health());
    }

    /** Passes on to the database what comes, until it is closed. */
    private static final class Forwarder implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Socket> open = new CopyOnWriteArrayList<>();
        private final int port;

        Forwarder(int port) throws IOException {
            this.port = port;
            thread(this::accept);
        }

        String url() {
            return "postgresql://copilot:${secret:db}@127.0.0.1:" + server.getLocalPort() + "/copilot";
        }

        private static void thread(Runnable work) {
            Thread thread = new Thread(work, "canary-forwarder");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket from = server.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                    open.addAll(List.of(from, to));
                    thread(() -> pass(from, to));
                    thread(() -> pass(to, from));
                }
            } catch (IOException closed) {
                // That is the end of it.
            }
        }

        private static void pass(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException closed) {
                // The other side is closed too.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket one : open) {
                one.close();
            }
        }
    }

    private void signatures(Path files) throws IOException {
        Path jar = Files.copy(inbox.resolve("keyed.jar"), files.resolve("signed.jar"));
        cli.environment.put("KEYSTORE_PASSWORD", System.getenv("KEYSTORE_PASSWORD"));
        cli.environment.put("NO_PASSWORD", System.getenv("API_KEY"));
        String keystore = files.resolve("keys.p12").toString();
        for (String variable : List.of("NO_PASSWORD", "KEYSTORE_PASSWORD")) {
            command("plugins", "sign", jar.toString(), "--keystore", keystore, "--password-env", variable);
        }
        System.setProperty("copilot.plugins.trust", "signed");
        System.setProperty("copilot.plugins.truststore.path", keystore);
        for (String secret : List.of("trust", "api")) {
            System.setProperty("copilot.plugins.truststore.password", "${secret:" + secret + "}");
            command("plugins", "verify", jar.toString());
            command("agents", "--debug");
        }
        for (String key : List.of("", "store.path", "store.password")) {
            System.clearProperty("copilot.plugins.trust" + key);
        }
    }

    private void commands(Path files) {
        command("ask", "keyed", "hello", "--debug");
        // One that is told to end at once: such a wish ends whatever else waits.
        Cli ending = new Cli();
        ending.stop.ask();
        command(ending, "run", "--port", "0", "--debug");
        command(ending, "run", "--port", "0");
        String session = "s1";
        command("ask", "keyed", "hello", "--session", session);
        command("ask", "keyed", "fail");
        command("agents");
        command("agents", "show", "keyed");
        command("plugins", "list");
        command("plugins", "verify", inbox.resolve("keyed.jar").toString());
        command("plugins", "install", inbox.resolve("keyed.jar").toString());
        command("plugins", "reload", "keyed");
        command("plugins", "rollback", "keyed");
        command("plugins", "remove", "keyed");
        command("plugins", "nodes");
        command("plugins", "publish", inbox.resolve("keyed.jar").toString());
        command("sessions", "list");
        command("sessions", "show", session);
        command("sessions", "delete", session, "--yes");
        command("runs", "list");
        command("runs", "show", "unknown");
        command("runs", "resume", "unknown", "yes");
        command("runs", "cancel", "unknown");
        command("runs", "delete", "unknown");
        command("store", "rewrap");
        command("keys", "create", "--subject", "me", "--scope", "*");
        command("keys", "list");
        command("keys", "rotate", "unknown");
        command("keys", "revoke", System.getenv("API_KEY"));
        command("audit");
        command("config", "show");
        command("config", "check");
        System.setProperty("copilot.security.authenticators", "jwt");
        command("token");
        System.clearProperty("copilot.security.authenticators");
        command("migrate");
        command("migrate", "--print");
        String copy = "sqlite:" + files.resolve("copy.db");
        command("store", "copy", "--from", System.getenv("DATABASE_URL"), "--to", copy);
        command("tenants", "erase", "local", "--yes");
        command("version");
        command("--help");
        command("nonsense");
    }

    private void wrongSettings(String port) {
        List<String> values = List.of("${secret:db}", "${SECRET_KEY_PREVIOUS}", "${API_KEY}", "${DATABASE_URL}");
        List<String> keys = List.of(
                "copilot.invoke.timeout",
                "copilot.environment",
                "copilot.storage.url",
                "copilot.blobs.provider",
                "copilot.blobs.bucket",
                "copilot.encryption.provider",
                "copilot.encryption.key-wrapper",
                "copilot.encryption.keys",
                "copilot.secrets.sources",
                "copilot.secrets.file.folder",
                "copilot.storage.jdbc.pool-size",
                "copilot.plugin.keyed.count");
        values.forEach(value -> with(keys.get(0), value));
        for (int i = 1; i < keys.size(); i++) {
            with(keys.get(i), values.get(i % values.size()));
        }
        with("copilot.storage.url", "unknown://u:${secret:db}@h/x");
        with("copilot.storage.url", "postgresql://u:${secret:db}@h:port/x");
        with("copilot.storage.url", "postgresql://u:${secret:db}@127.0.0.1:1/x");
        with("copilot.storage.url", "postgresql://nobody:${secret:db}@127.0.0.1:" + port + "/x");
        with(
                "copilot.storage.url",
                "jdbc:postgresql://127.0.0.1:" + port + "/copilot?user=copilot&password=${secret:db}");
        with("copilot.storage.url", "postgresql://127.0.0.1:" + port + "/copilot?user=nobody&password=${secret:db}");
        with("copilot.storage.url", "${secret:url}");
        with("copilot.storage.url", "sqlite:/nowhere/${secret:db}/x.db");
        with("copilot.encryption.local.secret-key", "${secret:short}");
        with("copilot.encryption.local.secret-key", "${secret:other}");
        with("copilot.encryption.keys", "local:/proc/${secret:db}");
        with("copilot.plugin.keyed.api-key", "${secret:missing}");
        with("copilot.plugin.keyed.api-key", "${secret:binary}");
        with("copilot.plugin.keyed.unheard", "${secret:api}");
        with("copilot.plugin.keyed.mood", "${secret:api}");
    }

    private void with(String key, String value) {
        System.setProperty(key, value);
        try {
            command("ask", "keyed", "hello", "--debug");
            command("config", "check", "--debug");
        } finally {
            System.clearProperty(key);
        }
    }

    /** Once for a person and once for a program. */
    private void command(String... words) {
        command(cli, words);
    }

    private void command(Cli cli, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        if (!words[0].equals("version") && !words[0].startsWith("-") && !words[0].equals("nonsense")) {
            all.addAll(List.of("--home", home.toString()));
        }
        if (Set.of("ask", "agents", "run").contains(words[0])) {
            all.addAll(List.of("--plugins", inbox.toString()));
        }
        run(cli, all);
        if (!all.contains("--debug")) {
            all.add("--json");
            run(cli, all);
        }
    }

    private static void run(Cli cli, List<String> words) {
        Outcome outcome = cli.run(words.toArray(String[]::new));
        // What was put in is no leak; what comes out is searched.
        System.out.println("## " + words.get(0) + " " + (words.size() > 1 ? words.get(1) : "") + " ended with "
                + outcome.status());
        System.out.println(outcome.out());
        System.out.println(outcome.err());
    }
}
