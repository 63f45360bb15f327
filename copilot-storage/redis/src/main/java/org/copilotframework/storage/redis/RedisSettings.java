package org.copilotframework.storage.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Durability;

/** The settings {@code copilot.storage.redis.*}. */
record RedisSettings(
        @Doc(
                "What the names of all keys begin with; two stores in one database need two. Lower-case letters, digits and dashes.")
        @Default("cp")
        String prefix,

        @Doc(
                "Into how many parts the tenants are divided; each part is on one node of a cluster. Fixed by the first migrate.")
        @Default("16")
        int shards,

        @Doc("How long a command may take, the wait for a lost connection included.") @Default("5s")
        Duration timeout,

        @Doc("How long connecting may take.") @Default("5s") Duration connectTimeout,

        @Doc("Whether the server is a node of a cluster; a URL with several hosts always means one.") @Default("false")
        boolean cluster,

        @Doc("The certificates (PEM) by which a rediss:// server is trusted; those of the JDK if it is not set.")
        Optional<Path> tlsCa,

        @Doc(
                "What an acknowledged commit must survive: memory, process-crash or power-loss. The store does not open if the"
                        + " server says it gives less; where the server does not say, or has replicas, it is taken for"
                        + " true.")
        Optional<Durability> durability) {
    private static final String NAME = "copilot.storage.redis.";

    RedisSettings {
        if (!prefix.matches("[a-z0-9-]{1,32}")) {
            throw new InvalidRequestException(
                    NAME + "prefix: must have 1 to 32 lower-case letters, digits and dashes, not '" + prefix + "'");
        } else if (shards < 1 || shards > 1024) {
            throw new InvalidRequestException(NAME + "shards: must be from 1 to 1024, not " + shards);
        }
        checkTime("timeout", timeout);
        checkTime("connect-timeout", connectTimeout);
    }

    private static void checkTime(String setting, Duration time) {
        if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidRequestException(NAME + setting + ": must be from 1ms to 1h, not " + time);
        }
    }
}
