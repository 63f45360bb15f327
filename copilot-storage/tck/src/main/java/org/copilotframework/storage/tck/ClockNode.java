package org.copilotframework.storage.tck;

import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;

/** A node of its own whose clock is wrong: a process with the real store, which does what it is asked. */
final class ClockNode implements AutoCloseable {
    static final String HOLDER = "wrong-clock";

    private final Process process;
    private final DataOutputStream to;
    private final DataInputStream from;

    private ClockNode(Process process, DataOutputStream to, DataInputStream from) {
        this.process = process;
        this.to = to;
        this.from = from;
    }

    /** Starts a node whose clock is ahead of that of the test. Its errors go where those of the test go. */
    static ClockNode start(StoreUnderTest store, Path folder, Duration ahead) throws IOException {
        Process process = ChildJvm.of(ClockNode.class, ClockShift.option(folder, ahead))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ClockNode node = new ClockNode(
                process,
                new DataOutputStream(process.getOutputStream()),
                new DataInputStream(process.getInputStream()));
        ChildJvm.tell(node.to, store);
        return node;
    }

    Instant now() {
        return Instant.parse(ask("now"));
    }

    /** Begins a run that waits for a worker from now on. */
    void queue(TenantId tenant, String run, String agent) {
        ask("queue", tenant.value(), run, agent);
    }

    /** Begins a run that wants a worker after a time. */
    void sleep(TenantId tenant, String run, String agent, Duration time) {
        ask("sleep", tenant.value(), run, agent, time.toString());
    }

    /** Begins a run that it works on itself. */
    void work(TenantId tenant, String run, String agent, Duration lease) {
        ask("work", tenant.value(), run, agent, lease.toString());
    }

    /** How many runs it got. */
    int claim(String agent, Duration lease) {
        return Integer.parseInt(ask("claim", agent, lease.toString()));
    }

    /** Whether it could end a run that it holds. */
    boolean complete(TenantId tenant, String run) {
        return Boolean.parseBoolean(ask("complete", tenant.value(), run));
    }

    void set(TenantId tenant, String key, Duration ttl) {
        ask("set", tenant.value(), key, ttl.toString());
    }

    boolean has(TenantId tenant, String key) {
        return Boolean.parseBoolean(ask("has", tenant.value(), key));
    }

    Duration remaining(TenantId tenant, String key) {
        return Duration.parse(ask("remaining", tenant.value(), key));
    }

    void sweep(Duration idle) {
        ask("sweep", idle.toString());
    }

    /** Adds a turn, and tells the world of it under one key. */
    void say(TenantId tenant, SessionId session, String run, long version) {
        ask("say", tenant.value(), session.value(), run, Long.toString(version));
    }

    private String ask(String... words) {
        try {
            to.writeUTF(String.join(" ", words));
            to.flush();
            return from.readUTF();
        } catch (IOException gone) {
            throw new UncheckedIOException("the node has ended; see what it wrote to its error stream", gone);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws Exception {
        DataOutputStream out = new DataOutputStream(System.out);
        System.setOut(System.err);
        DataInputStream in = new DataInputStream(System.in);
        try (Storage storage = ChildJvm.open(in)) {
            while (true) {
                out.writeUTF(answer(storage, in.readUTF().split(" ")));
                out.flush();
            }
        } catch (java.io.EOFException over) {
            // The test has ended.
        }
    }

    private static String answer(Storage storage, String[] words) {
        if (words[0].equals("now")) {
            return Instant.now().toString();
        } else if (words[0].equals("claim")) {
            return Integer.toString(storage.runs()
                    .claim(HOLDER, List.of(words[1]), Duration.parse(words[2]), 100)
                    .size());
        } else if (words[0].equals("sweep")) {
            return Integer.toString(storage.sweep(new Retention(Duration.parse(words[1])), 1_000));
        }
        TenantId tenant = new TenantId(words[1]);
        Commit.Builder commit = Commit.in(tenant);
        return switch (words[0]) {
            case "queue" -> done(storage, commit.start(queued(words[2], words[3])));
            case "sleep" ->
                done(
                        storage,
                        commit.start(Fixtures.start(
                                words[2],
                                words[3],
                                RunState.SUBMITTED,
                                null,
                                Due.after(Duration.parse(words[4])),
                                null)));
            case "work" -> done(storage, commit.start(working(words[2], words[3], HOLDER, Duration.parse(words[4]))));
            case "complete" -> Boolean.toString(completed(storage, tenant, words[2]));
            case "set" ->
                storage.values()
                        .compareAndSet(
                                tenant, ValueChange.insert(words[2], payload(words[2]), Duration.parse(words[3])))
                        .toString();
            case "has" ->
                Boolean.toString(storage.values().get(tenant, words[2]).isPresent());
            case "remaining" ->
                storage.values().remaining(tenant, words[2]).orElseThrow().toString();
            case "say" -> done(storage, said(commit, words[2], words[3], Long.parseLong(words[4])));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    static Commit.Builder said(Commit.Builder commit, String session, String run, long version) {
        return commit.session(says(new SessionId(session), run, version))
                .message(new OutboxMessage("said", session, payload(run)));
    }

    private static String done(Storage storage, Commit.Builder commit) {
        return storage.commit(commit.build()).toString();
    }

    private static boolean completed(Storage storage, TenantId tenant, String run) {
        return storage.runs()
                .find(tenant, new RunId(run))
                .filter(there -> HOLDER.equals(there.head().holder()))
                .map(there ->
                        ended(storage, Commit.in(tenant).run(completes(there)).build()))
                .orElse(false);
    }

    static boolean ended(Storage storage, Commit commit) {
        try {
            storage.commit(commit);
            return true;
        } catch (ConflictException lost) {
            return false;
        }
    }
}
