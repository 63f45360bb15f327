package org.copilotframework.core.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Core's own settings, below {@code copilot}. {@link CoreSettings} lists their keys and defaults and what they mean. */
public final class CopilotSettings {
    private final CoreValues values;

    CopilotSettings(CoreValues values) {
        this.values = values;
    }

    /** {@return the tier this process runs in} */
    public Environment environment() {
        return values.of(CoreSettings.ENVIRONMENT);
    }

    /** {@return the folder that holds all that is kept on the local disk} */
    public Path home() {
        return values.of(CoreSettings.HOME);
    }

    /** {@return the least severity that is logged} */
    public LogLevel logLevel() {
        return values.of(CoreSettings.LOG_LEVEL);
    }

    /** {@return where plugins come from and how they are loaded and exchanged} */
    public Plugins plugins() {
        return new Plugins(values);
    }

    /** {@return where files are kept} */
    public Files blobs() {
        return new Files(values);
    }

    /** {@return how what is stored is encrypted} */
    public AtRest encryption() {
        return new AtRest(values);
    }

    /** {@return what nodes tell each other} */
    public Node node() {
        return new Node(values);
    }

    /** {@return what one call may take} */
    public Invoke invoke() {
        return new Invoke(values);
    }

    /** {@return the threads that agents run on} */
    public Workers workers() {
        return new Workers(values);
    }

    /** {@return how stored runs are kept and taken up} */
    public Runs runs() {
        return new Runs(values);
    }

    /** {@return how sessions are kept} */
    public Sessions sessions() {
        return new Sessions(values);
    }

    /** {@return where sessions and runs are kept} */
    public Store storage() {
        return new Store(values);
    }

    /** Where plugins come from. */
    public static final class Plugins {
        private final CoreValues values;

        private Plugins(CoreValues values) {
            this.values = values;
        }

        /** {@return the watched folder} */
        public Optional<Path> dir() {
            return values.optional(CoreSettings.PLUGINS_DIR);
        }

        /** {@return which archives may be loaded} */
        public Trust trust() {
            return values.of(CoreSettings.PLUGINS_TRUST);
        }

        /** {@return whose signatures count} */
        public Truststore truststore() {
            return new Truststore(values);
        }

        /** {@return how long a plugin may take to construct and start its agents before it counts as failed} */
        public Duration startTimeout() {
            return values.of(CoreSettings.PLUGINS_START_TIMEOUT);
        }

        /** {@return how long a plugin may take to stop} */
        public Duration stopTimeout() {
            return values.of(CoreSettings.PLUGINS_STOP_TIMEOUT);
        }

        /** {@return how long calls of the old version may go on after an exchange, before they are canceled} */
        public Duration drainTimeout() {
            return values.of(CoreSettings.PLUGINS_DRAIN_TIMEOUT);
        }

        /** {@return how often the watched folder is looked at} */
        public Duration pollInterval() {
            return values.of(CoreSettings.PLUGINS_POLL_INTERVAL);
        }

        /** {@return the file that says which plugins serve on all nodes} */
        public Optional<String> manifest() {
            return values.optional(CoreSettings.PLUGINS_MANIFEST);
        }

        /** {@return how often the manifest is looked at} */
        public Duration manifestInterval() {
            return values.of(CoreSettings.PLUGINS_MANIFEST_INTERVAL);
        }

        /** {@return how many versions of a plugin are kept, so that one can roll back} */
        public int keepVersions() {
            return values.of(CoreSettings.PLUGINS_KEEP_VERSIONS);
        }

        /** {@return how many calls may wait while a plugin that cannot be loaded twice is exchanged} */
        public int waitingCalls() {
            return values.of(CoreSettings.PLUGINS_WAITING_CALLS);
        }

        /** {@return what an archive may hold} */
        public Limits limits() {
            return new Limits(values);
        }
    }

    /** Whose signatures of archives count. */
    public static final class Truststore {
        private final CoreValues values;

        private Truststore(CoreValues values) {
            this.values = values;
        }

        /** {@return the file of certificates; there if {@link Plugins#trust()} is {@link Trust#SIGNED}} */
        public Optional<Path> path() {
            return values.optional(CoreSettings.TRUSTSTORE_PATH);
        }

        /** {@return the password of that file} */
        public Optional<String> password() {
            return values.optional(CoreSettings.TRUSTSTORE_PASSWORD);
        }
    }

    /** What an archive may hold. */
    public static final class Limits {
        private final CoreValues values;

        private Limits(CoreValues values) {
            this.values = values;
        }

        /** {@return how large an archive may be} */
        public ByteSize archiveBytes() {
            return values.of(CoreSettings.LIMITS_ARCHIVE_BYTES);
        }

        /** {@return how many entries an archive may have} */
        public int entries() {
            return values.of(CoreSettings.LIMITS_ENTRIES);
        }

        /** {@return how large an archive may be once unpacked} */
        public ByteSize unpackedBytes() {
            return values.of(CoreSettings.LIMITS_UNPACKED_BYTES);
        }

        /** {@return how many times its own size an archive may unpack to} */
        public int ratio() {
            return values.of(CoreSettings.LIMITS_RATIO);
        }
    }

    /** What nodes tell each other. */
    public static final class Node {
        private final CoreValues values;

        private Node(CoreValues values) {
            this.values = values;
        }

        /** {@return what this node is called} */
        public Optional<String> name() {
            return values.optional(CoreSettings.NODE_NAME);
        }

        /** {@return how often it looks what the others serve} */
        public Duration reportInterval() {
            return values.of(CoreSettings.NODE_REPORT_INTERVAL);
        }
    }

    /** What one call may take. */
    public static final class Invoke {
        private final CoreValues values;

        private Invoke(CoreValues values) {
            this.values = values;
        }

        /** {@return how long a call may take if the caller does not say} */
        public Duration timeout() {
            return values.of(CoreSettings.INVOKE_TIMEOUT);
        }

        /** {@return the longest time a caller may ask for} */
        public Duration maxTimeout() {
            return values.of(CoreSettings.INVOKE_MAX_TIMEOUT);
        }

        /** {@return how long an agent may go on after its call was canceled or ran out of time} */
        public Duration cancelGrace() {
            return values.of(CoreSettings.INVOKE_CANCEL_GRACE);
        }

        /** {@return how large a message may be} */
        public ByteSize messageBytes() {
            return values.of(CoreSettings.INVOKE_MESSAGE_BYTES);
        }

        /** {@return how deep agents may call each other} */
        public int maxDepth() {
            return values.of(CoreSettings.INVOKE_MAX_DEPTH);
        }

        /** {@return how many calls to other agents one run may make in all} */
        public int callsPerRun() {
            return values.of(CoreSettings.INVOKE_CALLS_PER_RUN);
        }

        /** {@return how many calls may be at work at once in this process} */
        public int concurrency() {
            return values.of(CoreSettings.INVOKE_CONCURRENCY);
        }

        /** {@return how many calls of one agent may be at work at once} */
        public int agentConcurrency() {
            return values.of(CoreSettings.INVOKE_AGENT_CONCURRENCY);
        }

        /** {@return how many calls may wait for their turn in this process} */
        public int queue() {
            return values.of(CoreSettings.INVOKE_QUEUE);
        }

        /** {@return how many calls may wait for their turn in one session} */
        public int sessionQueue() {
            return values.of(CoreSettings.INVOKE_SESSION_QUEUE);
        }

        /** {@return how many events of a run are retained} */
        public int events() {
            return values.of(CoreSettings.INVOKE_EVENTS);
        }

        /** {@return how large the retained events of a run may be together} */
        public ByteSize eventBytes() {
            return values.of(CoreSettings.INVOKE_EVENT_BYTES);
        }

        /** {@return how many ended runs are kept in memory} */
        public int runsKept() {
            return values.of(CoreSettings.INVOKE_RUNS_KEPT);
        }
    }

    /** The threads that agents run on. */
    public static final class Workers {
        private final CoreValues values;

        private Workers(CoreValues values) {
            this.values = values;
        }

        /** {@return how many platform threads run blocking agents where the JVM has no virtual threads} */
        public int threads() {
            return values.of(CoreSettings.WORKERS_THREADS);
        }

        /** {@return how many calls may wait for such a thread} */
        public int queue() {
            return values.of(CoreSettings.WORKERS_QUEUE);
        }

        /** {@return how many threads run agents that compute} */
        public int cpuThreads() {
            return values.of(CoreSettings.WORKERS_CPU_THREADS);
        }

        /** {@return whether blocking agents run on virtual threads} */
        public Virtual virtual() {
            return values.of(CoreSettings.WORKERS_VIRTUAL);
        }
    }

    /** Where sessions and runs are kept. */
    public static final class Store {
        private final CoreValues values;

        private Store(CoreValues values) {
            this.values = values;
        }

        /** {@return the address of the storage} */
        public String url() {
            return values.of(CoreSettings.STORAGE_URL);
        }

        /** {@return whether its schema is brought to the present version at start} */
        public boolean migrate() {
            return values.of(CoreSettings.STORAGE_MIGRATE);
        }
    }

    /** Files that are stored. */
    public static final class Files {
        private final CoreValues values;

        private Files(CoreValues values) {
            this.values = values;
        }

        /** {@return the provider's name} */
        public String provider() {
            return values.of(CoreSettings.BLOBS_PROVIDER);
        }

        /** {@return which bucket of the provider} */
        public Optional<String> bucket() {
            return values.optional(CoreSettings.BLOBS_BUCKET).filter(bucket -> !bucket.isBlank());
        }

        /** {@return how large a file may be} */
        public ByteSize maxBytes() {
            return values.of(CoreSettings.BLOBS_MAX_BYTES);
        }
    }

    /** How what is stored is encrypted. */
    public static final class AtRest {
        private final CoreValues values;

        private AtRest(CoreValues values) {
            this.values = values;
        }

        /** {@return the encryption's name; {@code none} for none} */
        public String provider() {
            return values.of(CoreSettings.ENCRYPTION_PROVIDER);
        }

        /** {@return who wraps keys} */
        public String keyWrapper() {
            return values.of(CoreSettings.ENCRYPTION_KEY_WRAPPER);
        }

        /** {@return where the wrapped keys lie: {@code store}, or a provider of files, a colon and a bucket} */
        public String keys() {
            return values.of(CoreSettings.ENCRYPTION_KEYS);
        }
    }

    /** Runs that are stored. */
    public static final class Runs {
        private final CoreValues values;

        private Runs(CoreValues values) {
            this.values = values;
        }

        /** {@return how long a run is a process's without a sign of life} */
        public Duration lease() {
            return values.of(CoreSettings.RUNS_LEASE);
        }

        /** {@return how often due runs are looked for} */
        public Duration pollInterval() {
            return values.of(CoreSettings.RUNS_POLL_INTERVAL);
        }

        /** {@return how long a run waits for input} */
        public Duration inputTimeout() {
            return values.of(CoreSettings.RUNS_INPUT_TIMEOUT);
        }

        /** {@return how long a run that is due waits for a process that has its agent} */
        public Duration agentTimeout() {
            return values.of(CoreSettings.RUNS_AGENT_TIMEOUT);
        }

        /** {@return how long an ended run is kept} */
        public Duration keep() {
            return values.of(CoreSettings.RUNS_KEEP);
        }

        /** {@return how many processes may end at work on one activation before the run fails} */
        public int maxAttempts() {
            return values.of(CoreSettings.RUNS_MAX_ATTEMPTS);
        }

        /** {@return how many stored runs may be at work here before no further ones are looked for} */
        public int taken() {
            return values.of(CoreSettings.RUNS_TAKEN);
        }
    }

    /** Sessions. */
    public static final class Sessions {
        private final CoreValues values;

        private Sessions(CoreValues values) {
            this.values = values;
        }

        /** {@return how many turns a session keeps; 0 for all} */
        public int keepTurns() {
            return values.of(CoreSettings.SESSIONS_KEEP_TURNS);
        }

        /** {@return how long a session is kept to which nothing is added} */
        public Optional<Duration> maxIdle() {
            return values.optional(CoreSettings.SESSIONS_MAX_IDLE);
        }
    }

    /** The stages that the same code goes through. */
    public enum Environment {
        /** A developer's machine. */
        DEV,
        /** Where a release is tried. */
        STAGING,
        /** Where it serves. */
        PROD,
        /** Where it serves on several nodes. */
        ENTERPRISE
    }

    /** How much is logged. */
    public enum LogLevel {
        /** All there is. */
        TRACE,
        /** What helps to find a fault. */
        DEBUG,
        /** What happens. */
        INFO,
        /** What may become a fault. */
        WARN,
        /** Faults only. */
        ERROR,
        /** Nothing. */
        OFF
    }

    /** Which plugin archives may be loaded. */
    public enum Trust {
        /** Every archive. */
        ANY,
        /** Only archives that come with their digest. */
        DIGEST,
        /** Only archives that are signed by somebody who is trusted. */
        SIGNED
    }

    /** When blocking agents run on virtual threads. */
    public enum Virtual {
        /** Where the JVM has them. */
        AUTO,
        /** Never. */
        OFF
    }
}
