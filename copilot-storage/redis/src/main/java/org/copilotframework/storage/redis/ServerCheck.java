package org.copilotframework.storage.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.async.RedisServerAsyncCommands;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Durability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads from the servers, once at the start, whether they can be trusted with data. */
final class ServerCheck {
    private static final Logger log = LoggerFactory.getLogger(ServerCheck.class);

    private static final String FIX = "for POWER_LOSS set its appendonly to yes, appendfsync to always and"
            + " no-appendfsync-on-rewrite to no; for PROCESS_CRASH appendonly yes and appendfsync no will do";

    private ServerCheck() {}

    /** Refuses servers that would lose data by their settings, and says what their settings and replicas promise. */
    static Durability of(RedisLink link, Shards shards, RedisSettings settings) {
        List<Map<String, String>> servers = link.askEach(RedisServerAsyncCommands::info).stream()
                .map(ServerCheck::lines)
                .toList();
        servers.forEach(server -> {
            refuseNode(server, link);
            refuseEviction(server);
        });
        refuseMissingGrants(link, shards);
        Durability files = ofFiles(link, settings);
        if (servers.stream().noneMatch(ServerCheck::hasReplicas)) {
            return files;
        }
        return settings.durability().orElseGet(() -> {
            if (files != Durability.MEMORY) {
                log.warn(
                        "This Redis has replicas: one that takes over has not yet all that was acknowledged, so the"
                                + " durability is taken to be MEMORY; set copilot.storage.redis.durability to {} if a"
                                + " replica never takes over",
                        files == Durability.POWER_LOSS ? "power-loss" : "process-crash");
            }
            return Durability.MEMORY;
        });
    }

    private static boolean hasReplicas(Map<String, String> server) {
        return !"0".equals(server.getOrDefault("connected_slaves", "0"));
    }

    /** What the files give that the servers write; refused if it is less than what is asked for. */
    private static Durability ofFiles(RedisLink link, RedisSettings settings) {
        // A managed Redis often forbids CONFIG; then it tells nothing.
        List<Map<String, String>> told =
                link.askEach(server -> server.configGet("*append*").exceptionally(ServerCheck::nothingIfForbidden));
        Durability least = told.stream()
                .map(ServerCheck::promise)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Durability wanted = settings.durability().orElse(Durability.MEMORY);
        if (told.stream().anyMatch(Map::isEmpty)) {
            log.info(
                    "Redis does not say how it writes to disk (CONFIG is forbidden); its durability is taken to be {}"
                            + " (copilot.storage.redis.durability)",
                    wanted);
            return wanted;
        } else if (least.compareTo(wanted) < 0) {
            throw new InvalidRequestException("copilot.storage.redis.durability asks for " + wanted
                    + ", and the settings of Redis give " + least + "; " + FIX);
        } else if (least == Durability.MEMORY) {
            log.warn("What is committed to this Redis may be gone when its process ends; {}", FIX);
        }
        return least;
    }

    /**
     * With {@code always} the reply comes after the fsync, with {@code no} after the write. With {@code everysec} Redis may
     * put off the write itself for up to two seconds while an fsync is under way, and replies meanwhile: a killed process
     * loses what it acknowledged.
     */
    private static Durability promise(Map<String, String> config) {
        if (!"yes".equals(config.get("appendonly"))) {
            return Durability.MEMORY;
        }
        return switch (config.getOrDefault("appendfsync", "")) {
            case "always" ->
                "yes".equals(config.get("no-appendfsync-on-rewrite"))
                        ? Durability.PROCESS_CRASH
                        : Durability.POWER_LOSS;
            case "no" -> Durability.PROCESS_CRASH;
            default -> Durability.MEMORY;
        };
    }

    private static Map<String, String> nothingIfForbidden(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (cause instanceof RedisCommandExecutionException) {
            return Map.of();
        }
        throw new CompletionException(cause);
    }

    private static void refuseMissingGrants(RedisLink link, Shards shards) {
        try {
            link.awaitAll(() -> shards.bases()
                    .map(base -> link.send(Script.PROBE, base, new Arguments()))
                    .toList());
        } catch (QuotaExceededException | UnavailableException later) {
            // A full server and one in a failover may be opened: what can still be done with it will be seen.
            log.warn("Redis takes no writes at present: {}", later.getMessage());
        }
    }

    private static void refuseNode(Map<String, String> told, RedisLink link) {
        if ("1".equals(told.get("cluster_enabled")) && !link.isCluster()) {
            throw new InvalidRequestException(
                    "this Redis is a node of a cluster; set copilot.storage.redis.cluster to true");
        }
    }

    private static void refuseEviction(Map<String, String> told) {
        String policy = told.getOrDefault("maxmemory_policy", "noeviction");
        if (policy.equals("noeviction")) {
            return;
        } else if (!"0".equals(told.getOrDefault("maxmemory", "0"))) {
            throw new InvalidRequestException("this Redis deletes data when its memory is full (maxmemory-policy is "
                    + policy + "); set its maxmemory-policy to noeviction");
        }
        log.warn(
                "This Redis would delete data if it had a maxmemory (maxmemory-policy is {}); set its maxmemory-policy to"
                        + " noeviction",
                policy);
    }

    private static Map<String, String> lines(String info) {
        return info.lines()
                .filter(line -> line.indexOf(':') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1),
                        (first, second) -> first));
    }
}
