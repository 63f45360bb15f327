package org.copilotframework.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginStatus;

/** Plugins: which there are, and changing that. */
final class PluginRoutes {
    private static final String READ = "plugins:read";
    private static final String WRITE = "plugins:write";
    private static final String GROUP = "Plugins";
    private static final List<String> ARCHIVES =
            List.of("application/java-archive", "application/zip", "application/octet-stream");

    private static final View<List<PluginStatus>> LIST = Views.all("Plugins", "plugins", Views.PLUGIN);

    private final Orchestrator orchestrator;

    PluginRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        return List.of(
                Route.get("/v1/plugins", "listPlugins", "Lists the plugins, also those that failed or drain.")
                        .in(GROUP)
                        .hostScope(READ)
                        .gives(200, "The plugins, in the order of their ids.", LIST)
                        .by(exchange -> Answer.of(LIST, orchestrator.plugins().list())),
                Route.post("/v1/plugins", "installPlugin", "Takes an archive, whatever its version, and serves it.")
                        .in(GROUP)
                        .hostScope(WRITE)
                        .takes(
                                "sha256",
                                Schema.said(Schema.text(), "The digest that the archive must have, in hexadecimal."))
                        .takes(new Route.Input(ARCHIVES, Schema.with(Schema.text(), "format", "binary"), true))
                        .gives(200, "What was done.", Views.CHANGE)
                        .by(this::install),
                change(
                        "reload",
                        "reloadPlugin",
                        "Loads a plugin anew.",
                        exchange -> orchestrator.plugins().reload(id(exchange))),
                change(
                        "rollback",
                        "rollBackPlugin",
                        "Serves the archive that served before.",
                        exchange -> orchestrator.plugins().rollback(id(exchange))),
                Route.delete("/v1/plugins/{plugin}", "removePlugin", "Removes a plugin.")
                        .in(GROUP)
                        .hostScope(WRITE, PluginRoutes::target)
                        .gives(200, "What was done.", Views.CHANGE)
                        .by(exchange -> told(exchange, orchestrator.plugins().remove(id(exchange)))));
    }

    private interface Change {
        PluginChange make(Exchange exchange);
    }

    private static Route change(String verb, String id, String summary, Change change) {
        return Route.post("/v1/plugins/{plugin}:" + verb, id, summary)
                .in(GROUP)
                .hostScope(WRITE, PluginRoutes::target)
                .takesJson(Schema.object(java.util.Map.of(), List.of()), false)
                .gives(200, "What was done.", Views.CHANGE)
                .by(exchange -> {
                    exchange.demandNothing();
                    return told(exchange, change.make(exchange));
                });
    }

    private static Answer told(Exchange exchange, PluginChange change) {
        exchange.did(
                "plugin/" + change.id(),
                Schema.lower(change.kind()) + (change.to() == null ? "" : ", version " + change.to()));
        return Answer.of(Views.CHANGE, change);
    }

    private Answer install(Exchange exchange) throws Refusal, IOException {
        Path folder = Files.createTempDirectory("copilot-upload");
        Path archive = folder.resolve("upload.zip");
        try {
            String digest = receive(exchange, archive);
            exchange.did("", "sha256 " + digest);
            PluginChange change = orchestrator
                    .plugins()
                    .install(archive, exchange.query("sha256").orElse(null));
            Answer answer = told(exchange, change);
            exchange.did("plugin/" + change.id(), exchange.detail() + ", sha256 " + digest);
            return answer;
        } finally {
            Files.deleteIfExists(archive);
            Files.deleteIfExists(folder);
        }
    }

    /** Takes the archive, and tells its digest. */
    private static String receive(Exchange exchange, Path archive) throws Refusal, IOException {
        long most = exchange.premises().settings().archiveBytes();
        if (exchange.request().getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        Pace pace = exchange.premises().pace();
        long began = System.nanoTime();
        MessageDigest digest = sha256();
        try (OutputStream out = Files.newOutputStream(archive)) {
            InputStream in = exchange.request().getInputStream();
            byte[] piece = new byte[1 << 16];
            long taken = 0;
            for (int read = read(in, piece); read >= 0; read = read(in, piece)) {
                taken += read;
                if (taken > most) {
                    throw tooLarge(most);
                }
                pace.demand(began, taken);
                digest.update(piece, 0, read);
                out.write(piece, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static int read(InputStream in, byte[] piece) throws Refusal {
        try {
            return in.read(piece);
        } catch (IOException cutShort) {
            throw new Refusal(400, "the archive did not come as it was announced, or not in time");
        }
    }

    private static Refusal tooLarge(long most) {
        return new Refusal(413, "the archive is larger than " + most + " bytes (copilot.http.archive-bytes)");
    }

    private static String id(Exchange exchange) {
        return exchange.path("plugin");
    }

    private static String target(Exchange exchange) {
        return "plugin/" + exchange.path("plugin");
    }
}
