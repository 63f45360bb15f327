package org.copilotframework.core.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.copilotframework.core.settings.CopilotSettings.Environment;
import org.copilotframework.core.settings.CopilotSettings.LogLevel;
import org.copilotframework.core.settings.PluginSettings.Trust;
import org.copilotframework.core.settings.SecuritySettings.Subjects;
import org.copilotframework.core.settings.WorkerSettings.Virtual;
import org.jspecify.annotations.Nullable;

/**
 * The table of core's own settings. The sentences here are the settings reference.
 *
 * <p>A table, and not a mapped interface: a library that maps one reads its annotations and makes classes for it at each start,
 * which costs more than all the rest of the settings together.
 */
final class CoreSettings {
    private static final SortedMap<String, Setting<?>> ALL = new TreeMap<>();

    static final Setting<Environment> ENVIRONMENT = setting(
            "copilot.environment",
            Environment.class,
            "${APP_ENV:dev}",
            "The tier this process runs in. It also chooses the profile: a key that begins with `%prod.`"
                    + " counts in `prod` only.");
    static final Setting<Path> HOME = setting(
            "copilot.home",
            Path.class,
            ".copilot",
            "The folder that holds all that is kept on the local disk. A relative path begins at the working"
                    + " directory.");
    static final Setting<LogLevel> LOG_LEVEL =
            setting("copilot.log-level", LogLevel.class, "${LOG_LEVEL:info}", "The least severity that is logged.");

    static final Setting<Path> PLUGINS_DIR = setting(
            "copilot.plugins.dir",
            Path.class,
            null,
            "The watched folder: an archive put here is installed, one deleted here is drained and removed.");
    static final Setting<Trust> PLUGINS_TRUST = setting(
            "copilot.plugins.trust",
            Trust.class,
            "any",
            "Which archives may be loaded: `any`; `digest`: only those that come with their SHA-256, given"
                    + " to the operation or in a file beside the archive with the suffix `.sha256`; or `signed`: only"
                    + " those that are signed, as a JAR is, by somebody whom the truststore knows.");
    static final Setting<Path> TRUSTSTORE_PATH = setting(
            "copilot.plugins.truststore.path",
            Path.class,
            null,
            "The certificates of those whose plugins may be loaded with `copilot.plugins.trust=signed`, or of who issued"
                    + " theirs: a PKCS12 or JKS file. It is read once, at start.");
    static final Setting<String> TRUSTSTORE_PASSWORD =
            setting("copilot.plugins.truststore.password", String.class, null, "The password of that file.");
    static final Setting<Duration> PLUGINS_START_TIMEOUT = duration(
            "copilot.plugins.start-timeout",
            "30s",
            "How long a plugin may take to construct and start its agents before it counts as failed. The start of the"
                    + " orchestrator waits for half of it.");
    static final Setting<Duration> PLUGINS_STOP_TIMEOUT =
            duration("copilot.plugins.stop-timeout", "10s", "How long a plugin may take to stop.");
    static final Setting<Duration> PLUGINS_DRAIN_TIMEOUT = duration(
            "copilot.plugins.drain-timeout",
            "30s",
            "How long calls of the old version may go on after an exchange, before they are canceled.");
    static final Setting<Duration> PLUGINS_POLL_INTERVAL =
            duration("copilot.plugins.poll-interval", "500ms", "How often the watched folder is looked at.");
    static final Setting<String> PLUGINS_MANIFEST = setting(
            "copilot.plugins.manifest",
            String.class,
            null,
            "The file in the store of files, such as `plugins.json`, that says which plugins serve on all nodes. If it is set,"
                    + " agents come from there alone: the folder of plugins is looked through for providers only.");
    static final Setting<Duration> PLUGINS_MANIFEST_INTERVAL =
            duration("copilot.plugins.manifest-interval", "10s", "How often the manifest is looked at.");
    static final Setting<Integer> PLUGINS_KEEP_VERSIONS = number(
            "copilot.plugins.keep-versions",
            "3",
            1,
            "How many versions of a plugin are kept, so that one can roll back.");
    static final Setting<Integer> PLUGINS_WAITING_CALLS = number(
            "copilot.plugins.waiting-calls",
            "1000",
            0,
            "How many calls may wait while a plugin that cannot be loaded twice is exchanged.");

    static final Setting<ByteSize> LIMITS_ARCHIVE_BYTES =
            size("copilot.plugins.limits.archive-bytes", "1GiB", "How large an archive may be.");
    static final Setting<Integer> LIMITS_ENTRIES = number(
            "copilot.plugins.limits.entries",
            "200000",
            1,
            "How many entries an archive may have, with those of its libraries.");
    static final Setting<ByteSize> LIMITS_UNPACKED_BYTES =
            size("copilot.plugins.limits.unpacked-bytes", "4GiB", "How large an archive may be once unpacked.");
    static final Setting<Integer> LIMITS_RATIO = number(
            "copilot.plugins.limits.ratio",
            "200",
            1,
            "How many times its own size an archive may unpack to, all entries together; looked at once more than"
                    + " 10 MiB are unpacked.");

    static final Setting<String> NODE_NAME = setting(
            "copilot.node.name",
            String.class,
            null,
            "What this node is called where nodes tell each other what they serve: of its own for each process. The name of the"
                    + " machine if it is not set.");
    static final Setting<Duration> NODE_REPORT_INTERVAL = duration(
            "copilot.node.report-interval",
            "15s",
            "How often a node looks what the others on its storage serve, and tells them what it serves if that has changed.");

    static final Setting<Duration> INVOKE_TIMEOUT =
            duration("copilot.invoke.timeout", "60s", "How long a call may take if the caller does not say.");
    static final Setting<Duration> INVOKE_MAX_TIMEOUT =
            duration("copilot.invoke.max-timeout", "1h", "The longest time a caller may ask for.");
    static final Setting<Duration> INVOKE_CANCEL_GRACE = duration(
            "copilot.invoke.cancel-grace",
            "5s",
            "How long an agent may go on after its call was canceled or ran out of time, before it counts as"
                    + " overrunning.");
    static final Setting<ByteSize> INVOKE_MESSAGE_BYTES = size(
            "copilot.invoke.message-bytes",
            "4MiB",
            "How large a message may be; a store that takes only small commits allows less.");
    static final Setting<Integer> INVOKE_MAX_DEPTH =
            number("copilot.invoke.max-depth", "16", 1, "How deep agents may call each other.");
    static final Setting<Integer> INVOKE_CALLS_PER_RUN = number(
            "copilot.invoke.calls-per-run", "1000", 0, "How many calls to other agents one run may make in all.");
    static final Setting<Integer> INVOKE_CONCURRENCY =
            number("copilot.invoke.concurrency", "20000", 1, "How many calls may be at work at once in this process.");
    static final Setting<Integer> INVOKE_AGENT_CONCURRENCY = number(
            "copilot.invoke.agent-concurrency", "10000", 1, "How many calls of one agent may be at work at once.");
    static final Setting<Integer> INVOKE_QUEUE =
            number("copilot.invoke.queue", "10000", 0, "How many calls may wait for their turn in this process.");
    static final Setting<Integer> INVOKE_SESSION_QUEUE =
            number("copilot.invoke.session-queue", "64", 0, "How many calls may wait for their turn in one session.");
    static final Setting<Integer> INVOKE_EVENTS =
            number("copilot.invoke.events", "1024", 1, "How many events of a run are retained.");
    static final Setting<ByteSize> INVOKE_EVENT_BYTES =
            size("copilot.invoke.event-bytes", "256KiB", "How large the retained events of a run may be together.");
    static final Setting<Integer> INVOKE_RUNS_KEPT =
            number("copilot.invoke.runs-kept", "1000", 0, "How many ended runs are kept in memory.");
    static final Setting<Integer> INVOKE_OPEN_FILES = number(
            "copilot.invoke.open-files",
            "32",
            1,
            "How many files one activation may have open for reading at once. Each may hold a connection of the store of files.");

    static final Setting<Duration> INVOKE_IDEMPOTENCY_TTL = duration(
            "copilot.invoke.idempotency-ttl",
            "24h",
            "How long a key is known by which a request is done once, however often it is sent.");

    static final Setting<Integer> WORKERS_THREADS = number(
            "copilot.workers.threads",
            "256",
            1,
            "How many platform threads run blocking agents where the JVM has no virtual threads.");
    static final Setting<Integer> WORKERS_QUEUE =
            number("copilot.workers.queue", "1024", 0, "How many calls may wait for such a thread.");
    static final Setting<Integer> WORKERS_CPU_THREADS = number(
            "copilot.workers.cpu-threads",
            "0",
            0,
            "How many threads run agents that compute; 0 stands for one per core.");
    static final Setting<Virtual> WORKERS_VIRTUAL = setting(
            "copilot.workers.virtual",
            Virtual.class,
            "auto",
            "Whether blocking agents run on virtual threads: `auto` where the JVM has them, or `off`.");

    static final Setting<Duration> RUNS_LEASE = duration(
            "copilot.runs.lease",
            "15s",
            "How long a stored run is a process's without a sign of life; then another one takes it up.");
    static final Setting<Duration> RUNS_POLL_INTERVAL =
            duration("copilot.runs.poll-interval", "1s", "How often stored runs that are due are looked for.");
    static final Setting<Duration> RUNS_INPUT_TIMEOUT = duration(
            "copilot.runs.input-timeout", "7d", "How long a run waits for its caller's input before it fails.");
    static final Setting<Duration> RUNS_AGENT_TIMEOUT = duration(
            "copilot.runs.agent-timeout",
            "7d",
            "How long a run that is due waits for a process that has its agent before it fails.");
    static final Setting<Duration> RUNS_KEEP =
            duration("copilot.runs.keep", "7d", "How long an ended run is kept in the storage.");
    static final Setting<Integer> RUNS_MAX_ATTEMPTS = number(
            "copilot.runs.max-attempts",
            "5",
            1,
            "How many processes may begin one activation of a run: if all of them end or fall silent, it fails. Ten times as"
                    + " many may hand it back in order.");
    static final Setting<Integer> RUNS_TAKEN = number(
            "copilot.runs.taken",
            "256",
            1,
            "How many stored runs may be at work in this process before it looks for no further ones.");

    static final Setting<Integer> SESSIONS_KEEP_TURNS =
            number("copilot.sessions.keep-turns", "0", 0, "How many turns a session keeps; 0 for all.");
    static final Setting<Duration> SESSIONS_MAX_IDLE = duration(
            "copilot.sessions.max-idle",
            null,
            "How long a session is kept to which nothing is added; up to a day longer. For ever if it is not set.");

    static final Setting<String> STORAGE_URL = setting(
            "copilot.storage.url",
            String.class,
            "${DATABASE_URL:memory:local}",
            "The address of the storage; its scheme chooses the provider.");
    static final Setting<Boolean> STORAGE_MIGRATE = setting(
            "copilot.storage.migrate",
            Boolean.class,
            "true",
            "Whether the storage's schema is brought to the present version at start. Without it, `copilot migrate`"
                    + " does that.");

    static final Setting<String> BLOBS_PROVIDER = setting(
            "copilot.blobs.provider",
            String.class,
            "${STORAGE_PROVIDER:local}",
            "Where files are kept: `local`, or the name of a provider on the class path or in the folder of plugins.");
    static final Setting<String> BLOBS_BUCKET = setting(
            "copilot.blobs.bucket",
            String.class,
            "${STORAGE_BUCKET:}",
            "Which bucket of the provider; of `local` a folder, in place of `blobs` in `copilot.home`.");
    static final Setting<ByteSize> BLOBS_MAX_BYTES =
            size("copilot.blobs.max-bytes", "5GiB", "How large a file may be.");

    static final Setting<String> ENCRYPTION_PROVIDER = setting(
            "copilot.encryption.provider",
            String.class,
            "none",
            "What encrypts all that is stored: `none`, or the name of a provider on the class path or in the folder of plugins,"
                    + " such as `aead`.");
    static final Setting<String> ENCRYPTION_KEY_WRAPPER = setting(
            "copilot.encryption.key-wrapper",
            String.class,
            "local",
            "Who wraps the keys of tenants: `local`, by a secret from the settings, or the name of another provider.");
    static final Setting<String> ENCRYPTION_KEYS = setting(
            "copilot.encryption.keys",
            String.class,
            "store",
            "Where the wrapped keys lie: `store`, in the storage itself, or a provider of files and a bucket of it, such as"
                    + " `local:/var/lib/copilot-keys`: then backups of the storage do not hold them.");
    static final Setting<String> SECRET_KEY = setting(
            "copilot.encryption.local.secret-key",
            String.class,
            "${SECRET_KEY:}",
            "The secret that the wrapper `local` derives its key from: at least 32 bytes by chance, such as from"
                    + " `openssl rand -base64 32`.");
    static final Setting<String> SECRET_KEY_PREVIOUS = setting(
            "copilot.encryption.local.secret-key-previous",
            String.class,
            "${SECRET_KEY_PREVIOUS:}",
            "The secret before it, while keys are rotated: what it wrapped is unwrapped, and nothing is wrapped by it.");

    static final Setting<String> SECURITY_AUTHENTICATORS = setting(
            "copilot.security.authenticators",
            String.class,
            null,
            "Who recognises callers over a network, in the order in which they are asked: names of providers on the class path or in"
                    + " the folder of plugins, such as `apikey,jwt`. If it is not set, `apikey` where there is an `API_KEY`. With"
                    + " `none`, and where there is neither, nobody is asked who he is, and a server listens on loopback only.");
    static final Setting<Subjects> SECURITY_SUBJECTS = setting(
            "copilot.security.subjects",
            Subjects.class,
            "shared",
            "Whether one subject is one person whoever recognises him: `shared`, so that somebody with a token has keys of his own"
                    + " subject; or `apart`: a subject has its authenticator before it, such as `jwt:alice`, so that nobody who"
                    + " names subjects in one place names those of another.");
    static final Setting<Integer> SECURITY_FAILED_ATTEMPTS = number(
            "copilot.security.failed-attempts",
            "60",
            0,
            "How many credentials that are not valid an address may send in a minute before what it sends is refused for the"
                    + " rest of that minute, but for one more each second, unless somebody was let in from there lately; 0 for no"
                    + " limit.");
    static final Setting<String> API_KEY = setting(
            "copilot.security.apikey.key",
            String.class,
            "${API_KEY:}",
            "The one key that `apikey` knows without its being stored: at least 32 characters by chance, such as from"
                    + " `openssl rand -base64 32`.");
    static final Setting<String> API_KEY_SECRET = setting(
            "copilot.security.apikey.secret",
            String.class,
            "${SECRET_KEY:}",
            "The secret that `apikey` derives the key from by which it hashes keys that are stored.");
    static final Setting<String> API_KEY_SECRET_PREVIOUS = setting(
            "copilot.security.apikey.secret-previous",
            String.class,
            "${SECRET_KEY_PREVIOUS:}",
            "The secret before it, while it is exchanged: keys that were hashed by it are still known.");
    static final Setting<String> JWT_SECRET = setting(
            "copilot.security.jwt.secret",
            String.class,
            "${SECRET_KEY:}",
            "The secret that tokens of the algorithm HS256 are signed with, as it is: at least 32 bytes by chance.");
    static final Setting<String> JWT_SECRET_PREVIOUS = setting(
            "copilot.security.jwt.secret-previous",
            String.class,
            "${SECRET_KEY_PREVIOUS:}",
            "The secret before it, while it is exchanged: tokens that were signed with it are still accepted.");

    static final Setting<Boolean> AUDIT_LOG = setting(
            "copilot.audit.log",
            Boolean.class,
            "true",
            "Whether what is audited is logged: one line of JSON each, by the logger `copilot.audit`.");
    static final Setting<Boolean> AUDIT_STORAGE = setting(
            "copilot.audit.storage",
            Boolean.class,
            "true",
            "Whether what is audited is kept in the storage, where nothing changes it.");
    static final Setting<Boolean> AUDIT_CALLS = setting(
            "copilot.audit.calls",
            Boolean.class,
            "false",
            "Whether calls of agents and reads over a network that are let in are audited too. Each is then one entry more to be"
                    + " kept; changes and denials always are.");
    static final Setting<Duration> AUDIT_KEEP =
            duration("copilot.audit.keep", "365d", "How long what is audited is kept in the storage.");
    static final Setting<Integer> AUDIT_DENIALS = number(
            "copilot.audit.denials",
            "60",
            1,
            "How many denials of one credential are audited in a minute, and how many of all credentials that are not valid"
                    + " together; how many more there were is audited in one entry.");

    /** Texts, since an application that serves nothing may have a variable of that name for something else. */
    static final Setting<String> HTTP_PORT = setting(
            "copilot.http.port",
            String.class,
            "${HTTP_PORT:8080}",
            "The port that is listened on; 0 for any that is free.");

    static final Setting<String> HTTP_HOST = setting(
            "copilot.http.host",
            String.class,
            "${HTTP_HOST:127.0.0.1}",
            "The address that is listened on: loopback, unless it is set to another one, such as `0.0.0.0` for all.");

    static final Setting<String> SECRETS_SOURCES = setting(
            "copilot.secrets.sources",
            String.class,
            "env,file",
            "Where a secret is looked for that a setting names as `${secret:name}`, in this order: `env`, the variables"
                    + " `COPILOT_SECRET_<NAME>`; `file`, a folder of files; or a provider on the class path or in the folder of"
                    + " plugins, such as `aws`.");
    static final Setting<Duration> SECRETS_REFRESH = duration(
            "copilot.secrets.refresh",
            "5m",
            "How long a secret that was read is as good as new; then it is read again.");
    static final Setting<Path> SECRETS_FILE_FOLDER = setting(
            "copilot.secrets.file.folder",
            Path.class,
            "/run/secrets",
            "The folder of the source `file`, with one file for each secret.");

    /** Without these no secret is found, so they refer to none. */
    static final Set<Setting<?>> BEFORE_SECRETS =
            Set.of(ENVIRONMENT, HOME, SECRETS_SOURCES, SECRETS_REFRESH, SECRETS_FILE_FOLDER);

    /** Without these no plugin is found, so they refer to no secret of a source that a plugin brings. */
    static final Set<Setting<?>> BEFORE_PLUGINS = Set.of(
            PLUGINS_DIR,
            PLUGINS_TRUST,
            TRUSTSTORE_PATH,
            TRUSTSTORE_PASSWORD,
            PLUGINS_START_TIMEOUT,
            LIMITS_ARCHIVE_BYTES,
            LIMITS_ENTRIES,
            LIMITS_UNPACKED_BYTES,
            LIMITS_RATIO);

    private CoreSettings() {}

    /** All of them, in the order of their keys. */
    static List<Setting<?>> all() {
        return List.copyOf(ALL.values());
    }

    private static Setting<Duration> duration(String key, @Nullable String fallback, String meaning) {
        return setting(key, Duration.class, fallback, meaning);
    }

    private static Setting<ByteSize> size(String key, String fallback, String meaning) {
        return setting(key, ByteSize.class, fallback, meaning);
    }

    private static Setting<Integer> number(String key, String fallback, long least, String meaning) {
        return listed(new Setting<>(key, Integer.class, fallback, least, meaning));
    }

    private static <T> Setting<T> setting(String key, Class<T> type, @Nullable String fallback, String meaning) {
        return listed(new Setting<>(key, type, fallback, 1, meaning));
    }

    private static <T> Setting<T> listed(Setting<T> setting) {
        if (ALL.put(setting.key(), setting) != null) {
            throw new IllegalStateException(setting.key() + " is listed twice");
        }
        return setting;
    }
}
