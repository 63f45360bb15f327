package org.copilotframework.storage.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;

/**
 * Says in our words what went wrong.
 *
 * @param server the store's URL without its secrets
 * @param prefix what the store's keys begin with
 * @param timeout how long a command may take
 */
record Faults(String server, String prefix, Duration timeout) {
    static final String URL = "copilot.storage.url (in the environment DATABASE_URL)";

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Redis 6 wraps what a command in a script answered in words of its own, so the code may stand anywhere. */
    private static final Pattern CODE =
            Pattern.compile("\\b(OOM|WRONGTYPE|NOPERM|NOAUTH|WRONGPASS|MOVED|READONLY|MISCONF"
                    + "|LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS)\\b");

    CopilotException of(Throwable thrown) {
        Throwable cause = thrown;
        for (Throwable next = thrown; next != null; next = next.getCause()) {
            if (next instanceof CopilotException known) {
                return known;
            } else if (next instanceof RedisCommandExecutionException answered) {
                return refused(answered);
            } else if (next instanceof SSLException) {
                return new InvalidRequestException("Redis at " + server + " is not trusted (" + next.getMessage()
                        + "); copilot.storage.redis.tls-ca names the certificates to trust, and the host in " + URL
                        + " must be the one its certificate is for");
            } else if (!(next instanceof CompletionException || next instanceof ExecutionException)) {
                cause = next;
            }
        }
        if (thrown instanceof TimeoutException
                || thrown instanceof RedisCommandTimeoutException
                || thrown.getCause() instanceof RedisCommandTimeoutException) {
            return unavailable(
                    "did not answer within " + timeout.toMillis() + " ms (copilot.storage.redis.timeout)", thrown);
        }
        return unavailable(
                "cannot be reached: " + cause.getMessage() + "; is it running, and does " + URL
                        + " name its host and port?",
                thrown);
    }

    private CopilotException refused(RedisCommandExecutionException answered) {
        String said = String.valueOf(answered.getMessage());
        Matcher matcher = CODE.matcher(said);
        String code = matcher.find() ? matcher.group() : "";
        return switch (code) {
            case "OOM" ->
                new QuotaExceededException("Redis at " + server
                        + " is full: its memory has reached maxmemory; raise maxmemory, or delete sessions and runs");
            case "WRONGTYPE" ->
                new ConflictException("Redis at " + server + " has keys below '" + prefix
                        + "' that are not ours: one has another type; give this store another database in " + URL
                        + " or another copilot.storage.redis.prefix");
            case "WRONGPASS", "NOAUTH" ->
                new InvalidRequestException("Redis at " + server + " does not take the user and password of " + URL
                        + " (" + code + "); correct them");
            case "NOPERM" ->
                new InvalidRequestException("Redis at " + server + " does not let the user of " + URL
                        + " do what the store needs (NOPERM); the README of copilot-storage-redis lists the grants");
            case "MOVED" ->
                new InvalidRequestException(
                        "Redis at " + server + " is a node of a cluster; set copilot.storage.redis.cluster to true");
            case "READONLY" ->
                unavailable(
                        "is a replica that takes no writes (READONLY); name its master in " + URL
                                + ", or wait for the end of the failover",
                        answered);
            case "BUSY" -> unavailable("is busy with a script of somebody (BUSY)", answered);
            default -> unavailable("refused: " + said.replaceFirst("(?s),? with args beginning.*", ""), answered);
        };
    }

    UnavailableException unavailable(String what, Throwable cause) {
        return new UnavailableException(
                "Redis at " + server + " " + what + "; a change may have been made or not, and may be sent again",
                RETRY,
                cause);
    }

    UnavailableException closed() {
        return new UnavailableException("the store at " + server + " is closed", RETRY);
    }
}
