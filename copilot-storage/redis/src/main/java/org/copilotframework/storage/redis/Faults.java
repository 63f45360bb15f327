package org.copilotframework.storage.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Says in our words what went wrong.
 *
 * @param server the store's URL without its secrets
 * @param prefix what the store's keys begin with
 * @param timeout how long a command may take
 * @param opening whether the store is being opened: then a wrong setting is refused; later on, when somebody changes the
 *     server, the store is unavailable
 */
record Faults(String server, String prefix, Duration timeout, boolean opening) {
    static final String URL = "copilot.storage.url (in the environment DATABASE_URL)";

    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Room is made by sweeps, or by somebody. */
    private static final Duration ROOM = Duration.ofSeconds(30);

    /** Redis 6 wraps what a command in a script answered in words of its own, so the code may stand anywhere. */
    private static final Pattern CODE = Pattern.compile(
            "\\b(OOM|WRONGTYPE|NOPERM|NOAUTH|WRONGPASS|MOVED|READONLY|BUSY|LOADING)\\b"
                    + "|max number of clients|can't run this command|can't access|DB index|nknown command|nknown Redis command");

    Faults opened() {
        return new Faults(server, prefix, timeout, false);
    }

    /** What is not a fault of the server or the way to it is a fault of ours, and comes back as it is. */
    RuntimeException of(Throwable thrown) {
        return of(thrown, null);
    }

    /**
     * The same of a command.
     *
     * @param refusal what the server said to the last attempt to connect again, or null
     */
    RuntimeException of(Throwable thrown, @Nullable RedisCommandExecutionException refusal) {
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (next instanceof CopilotException known) {
                return known;
            } else if (next instanceof RedisCommandExecutionException answered) {
                return refused(answered);
            } else if (next instanceof CertificateException) {
                return misconfigured(
                        "is not trusted (" + next.getMessage()
                                + "); copilot.storage.redis.tls-ca names the certificates to"
                                + " trust, and the host in " + URL + " must be one that its certificate is for",
                        thrown);
            } else if (next instanceof TimeoutException || next instanceof RedisCommandTimeoutException) {
                return late(thrown, refusal);
            }
        }
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (next instanceof IOException
                    || next instanceof RedisException
                    || next instanceof CancellationException) {
                return unsure(
                        "cannot be reached: " + innermost(next).getMessage() + "; is it running, and does " + URL
                                + " name its host and port?",
                        thrown);
            }
        }
        return thrown instanceof RuntimeException ours ? ours : new IllegalStateException(thrown);
    }

    private UnavailableException late(Throwable thrown, @Nullable RedisCommandExecutionException refusal) {
        String late = "did not answer within " + timeout.toMillis() + " ms (copilot.storage.redis.timeout)";
        return refusal == null
                ? unsure(late, thrown)
                : unsure(
                        late + ", since it takes no connection: "
                                + refused(refusal).getMessage(),
                        thrown);
    }

    private static Throwable innermost(Throwable thrown) {
        return thrown.getCause() == null ? thrown : innermost(thrown.getCause());
    }

    private CopilotException refused(RedisCommandExecutionException answered) {
        String said = String.valueOf(answered.getMessage());
        Matcher matcher = CODE.matcher(said);
        String code = matcher.find() ? matcher.group() : "";
        return switch (code) {
            case "OOM" ->
                new QuotaExceededException(
                        "Redis at " + server
                                + " is full: its memory has reached maxmemory; raise maxmemory, or delete sessions and runs",
                        ROOM);
            case "WRONGTYPE" -> foreign(answered);
            case "WRONGPASS", "NOAUTH" ->
                misconfigured(
                        "does not take the user and password of " + URL + " (" + code + "); correct them", answered);
            case "NOPERM", "can't run this command", "can't access" ->
                misconfigured(
                        "does not let the user of " + URL + " do what the store needs (NOPERM); the README of"
                                + " copilot-storage-redis lists the grants",
                        answered);
            case "MOVED" ->
                misconfigured("is a node of a cluster; set copilot.storage.redis.cluster to true", answered);
            case "nknown command", "nknown Redis command" ->
                misconfigured(
                        "does not know a command that the store needs; it must be Redis 6.2 or newer, with no command"
                                + " renamed but CONFIG",
                        answered);
            case "DB index" -> misconfigured("has no such database; correct the path of " + URL, answered);
            case "READONLY" ->
                unavailable(
                        "is a replica that takes no writes (READONLY); name its master in " + URL
                                + ", or wait for the end of the failover",
                        answered);
            case "BUSY" ->
                unavailable(
                        "is busy with a script of somebody (BUSY); it ends, or somebody ends it by SCRIPT KILL",
                        answered);
            case "LOADING" -> unavailable("was started just now and reads its data from the disk (LOADING)", answered);
            case "max number of clients" ->
                unavailable(
                        "has as many clients as it may have; raise its maxclients, or let fewer processes use it",
                        answered);
            // An unknown command is answered with its arguments, which are nobody's business.
            default -> unavailable("refused: " + said.replaceFirst("(?s),? with args beginning.*", ""), answered);
        };
    }

    /** Whoever opens the store has named the wrong one. Later it is no conflict of the caller's: nobody else changed his data. */
    private CopilotException foreign(Throwable cause) {
        String what = "has keys below '" + prefix + "' that are not ours: one has another type; give this store another"
                + " database in " + URL + " or another copilot.storage.redis.prefix";
        return opening ? new ConflictException("Redis at " + server + " " + what) : unavailable(what, cause);
    }

    /** Nobody knows whether it was done. */
    private UnavailableException unsure(String what, Throwable cause) {
        return unavailable(what + "; a change may have been made or not, and may be sent again", cause);
    }

    UnavailableException closed() {
        return new UnavailableException("the store at " + server + " is closed", RETRY);
    }

    private CopilotException misconfigured(String what, Throwable cause) {
        return opening ? new InvalidRequestException("Redis at " + server + " " + what) : unavailable(what, cause);
    }

    private UnavailableException unavailable(String what, Throwable cause) {
        return new UnavailableException("Redis at " + server + " " + what, RETRY, cause);
    }
}
