package org.copilotframework.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentBlobs;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;

/**
 * A file of 1 GiB up and down as an agent does it, in a local folder and in S3 (S3Proxy), in a JVM with 64 MiB of heap; beside a
 * plain copy of a file, and the SDK's own upload in parts.
 */
final class BlobsRow {
    private static final int MIB = Integer.getInteger("mib", 1024);
    private static final byte[] PIECE = new byte[1 << 20];

    private BlobsRow() {}

    /** Writes or reads the file, and says how long that took. */
    @AgentInfo(name = "files")
    static final class Filing implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            AgentBlobs files = context.blobs();
            long start = System.nanoTime();
            if (request.text().equals("up")) {
                files.write("large", BlobsRow::fill);
            } else {
                try (InputStream in = files.read("large").orElseThrow()) {
                    drain(in);
                }
            }
            return AgentReply.text(Double.toString((System.nanoTime() - start) / 1e9));
        }
    }

    static void fill(OutputStream out) throws IOException {
        for (int i = 0; i < MIB; i++) {
            out.write(PIECE);
        }
    }

    static void drain(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            size += read;
        }
        if (size != (long) MIB << 20) {
            ChildJvm.broken("a file of " + MIB + " MiB was read as " + size + " bytes");
        }
    }

    public static void main(String[] args) throws Exception {
        new Random(1).nextBytes(PIECE);
        Path folder = Files.createTempDirectory("copilot-benchmark-");
        System.out.printf(
                Locale.ROOT,
                "%d MiB by an agent's context.blobs(), heap at most %d MiB; seconds, median (least to most), then MB/s%n",
                MIB,
                Runtime.getRuntime().maxMemory() >> 20);
        try {
            try (Orchestrator orchestrator = start(folder, Map.of())) {
                contest("local", orchestrator, () -> copy(folder), () -> read(folder));
            }
            try (S3Peer peer = S3Peer.start(folder);
                    Orchestrator orchestrator = start(folder, peer.settings())) {
                contest("s3", orchestrator, peer::up, peer::down);
            }
        } finally {
            PluginArchives.delete(folder);
        }
        System.exit(0);
    }

    private static Orchestrator start(Path folder, Map<String, String> settings) throws IOException {
        OrchestratorBuilder builder = Orchestrator.builder()
                .home(Files.createTempDirectory(folder, "home-"))
                .agent(new Filing());
        settings.forEach(builder::setting);
        return builder.start();
    }

    private static void contest(String name, Orchestrator orchestrator, Contest.Way rawUp, Contest.Way rawDown)
            throws Exception {
        Client client = orchestrator.forCaller(Caller.of("acme", "alice"));
        Contest contest = new Contest()
                .way("up, raw", rawUp)
                .way("up", () -> ask(client, "up"))
                .way("down, raw", rawDown)
                .way("down", () -> ask(client, "down"))
                .run();
        for (String way : new String[] {"up", "down"}) {
            print(name, way, contest.of(way));
            print(name, way + ", raw", contest.of(way + ", raw"));
            System.out.printf(
                    Locale.ROOT,
                    "%-6s %-10s ratio %.2f%n",
                    name,
                    way,
                    contest.median(way) / contest.median(way + ", raw"));
        }
    }

    private static void print(String name, String way, Sample seconds) {
        System.out.printf(
                Locale.ROOT,
                "%-6s %-10s %s s  %.0f MB/s%n",
                name,
                way,
                seconds.show("%.2f"),
                MIB * 1.048576 / seconds.median());
    }

    private static double ask(Client client, String what) {
        return Double.parseDouble(client.invoke(AgentRequest.to("files")
                        .text(what)
                        .timeout(Duration.ofHours(1))
                        .build())
                .text());
    }

    /** The same bytes to a new file that then takes the place of the old one, on the disk when it returns, as the store does. */
    private static double copy(Path folder) throws IOException {
        long start = System.nanoTime();
        Path growing = folder.resolve("growing");
        try (OutputStream out = Files.newOutputStream(growing)) {
            fill(out);
        }
        try (FileChannel channel = FileChannel.open(growing, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(
                growing, folder.resolve("plain"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return (System.nanoTime() - start) / 1e9;
    }

    private static double read(Path folder) throws IOException {
        long start = System.nanoTime();
        try (InputStream in = Files.newInputStream(folder.resolve("plain"))) {
            drain(in);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
