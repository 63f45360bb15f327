package org.copilotframework.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A store's database, running for a row, with its data in a folder that goes with it. All wait for the disk at each commit, but
 * for memory.
 */
final class Backend implements AutoCloseable {
    static final List<String> ALL = List.of("memory", "sqlite", "postgresql", "redis", "dynamodb");

    private final String name;
    private final Path folder;
    private final Map<String, String> settings;
    private final @Nullable Postgres postgres;
    private final @Nullable Process server;
    private final boolean guest;

    private Backend(
            String name,
            Path folder,
            Map<String, String> settings,
            @Nullable Postgres postgres,
            @Nullable Process server,
            boolean guest) {
        this.name = name;
        this.folder = folder;
        this.settings = settings;
        this.postgres = postgres;
        this.server = server;
        this.guest = guest;
    }

    /** Of these the ones that {@code -Dbackends=} asks for. */
    static List<String> asked(List<String> of) {
        List<String> asked = new ArrayList<>(of);
        String given = System.getProperty("backends", "");
        if (!given.isEmpty()) {
            asked.retainAll(List.of(given.split(",")));
        }
        return asked;
    }

    static Backend start(String name) throws Exception {
        Path folder = Files.createTempDirectory("copilot-benchmark-");
        switch (name) {
            case "memory" -> {
                return new Backend(name, folder, Map.of("copilot.storage.url", "memory:local"), null, null, false);
            }
            case "sqlite" -> {
                String url = "sqlite:" + folder.resolve("store.db");
                return new Backend(name, folder, Map.of("copilot.storage.url", url), null, null, false);
            }
            case "postgresql" -> {
                return in(new Postgres(folder.resolve("data")), folder, false);
            }
            case "redis" -> {
                int port = Servers.freePort();
                Process server = Servers.redis(folder, port);
                return new Backend(
                        name, folder, Map.of("copilot.storage.url", "redis://127.0.0.1:" + port), null, server, false);
            }
            case "dynamodb" -> {
                int port = Servers.freePort();
                Process server = Servers.dynamoDb(folder, port);
                String url = "dynamodb://local:secret@eu-central-1/bench?endpoint=http://127.0.0.1:" + port;
                Map<String, String> settings = Map.of(
                        "copilot.storage.url", url,
                        "copilot.storage.dynamodb.timeout", "60s",
                        "copilot.storage.dynamodb.point-in-time-recovery", "false",
                        "copilot.storage.dynamodb.deletion-protection", "false");
                return new Backend(name, folder, settings, null, server, false);
            }
            default -> throw new IllegalArgumentException("no backend " + name + "; there are " + ALL);
        }
    }

    private static Backend in(Postgres postgres, Path folder, boolean guest) throws SQLException {
        String database = postgres.create();
        Map<String, String> settings = Map.of(
                "copilot.storage.url", postgres.url(database, Postgres.APPLICATION),
                "copilot.storage.jdbc.owner-url", postgres.url(database, Postgres.OWNER));
        return new Backend("postgresql", folder, settings, postgres, null, guest);
    }

    /** An empty one beside it: of PostgreSQL another database of the same server, which goes with the first one. */
    Backend another() throws Exception {
        return postgres == null ? start(name) : in(postgres, Files.createTempDirectory("copilot-benchmark-"), true);
    }

    /** The same database of PostgreSQL, found at another port, without TLS; to be used, not closed. */
    Backend through(int port) {
        Map<String, String> moved = new HashMap<>();
        settings.forEach((setting, url) ->
                moved.put(setting, url.replaceFirst(":\\d+/", ":" + port + "/") + "?sslmode=disable"));
        return new Backend(name, folder, moved, postgres, null, true);
    }

    String name() {
        return name;
    }

    Map<String, String> settings() {
        return settings;
    }

    /** The file, if it is SQLite. */
    Path file() {
        return folder.resolve("store.db");
    }

    /** The server, if it is PostgreSQL. */
    Postgres postgres() {
        return Objects.requireNonNull(postgres, "postgres");
    }

    /** The store's database in the server, if it is PostgreSQL. */
    String database() {
        String url = Objects.requireNonNull(settings.get("copilot.storage.url"));
        return url.substring(url.lastIndexOf('/') + 1);
    }

    /** A builder with the settings of the store, and a home of its own. */
    OrchestratorBuilder builder() throws IOException {
        return builder(settings, folder);
    }

    static OrchestratorBuilder builder(Map<String, String> settings, Path folder) throws IOException {
        OrchestratorBuilder builder = Orchestrator.builder().home(Files.createTempDirectory(folder, "home-"));
        settings.forEach(builder::setting);
        return builder;
    }

    /** Opens the store, with its schema. */
    Storage open() throws IOException {
        Storage storage = builder().openStorage();
        storage.migrate();
        storage.check();
        return storage;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (postgres != null && !guest) {
            postgres.close();
        }
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
        PluginArchives.delete(folder);
    }
}
