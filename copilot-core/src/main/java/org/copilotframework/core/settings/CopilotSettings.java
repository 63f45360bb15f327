package org.copilotframework.core.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Doc;

/** Core's own settings, below {@code copilot}. The sentences here are the settings reference. */
@ConfigMapping(prefix = "copilot")
public interface CopilotSettings {
    /** The stages that the same code goes through. */
    enum Environment {
        DEV,
        STAGING,
        PROD,
        ENTERPRISE
    }

    /** How much is logged. */
    enum LogLevel {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR,
        OFF
    }

    /** Which plugin archives may be loaded. */
    enum Trust {
        ANY,
        DIGEST
    }

    /** When blocking agents run on virtual threads. */
    enum Virtual {
        AUTO,
        OFF
    }

    @Doc("The tier this process runs in. It also chooses the profile: a key that begins with `%prod.` counts in `prod` only.")
    @WithDefault("${APP_ENV:dev}")
    Environment environment();

    @Doc("The folder that holds all that is kept on the local disk. A relative path begins at the working directory.")
    @WithDefault(".copilot")
    Path home();

    @Doc("The least severity that is logged.")
    @WithDefault("${LOG_LEVEL:info}")
    LogLevel logLevel();

    @Doc("Where plugins come from and how they are loaded and exchanged.")
    Plugins plugins();

    @Doc("What one call may take.")
    Invoke invoke();

    @Doc("The threads that agents run on.")
    Workers workers();

    @Doc("Where sessions and runs are kept.")
    Store storage();

    /** Where plugins come from. */
    interface Plugins {
        @Doc("The watched folder: an archive put here is installed, one deleted here is drained and removed.")
        Optional<Path> dir();

        @Doc("Which archives may be loaded: `any`, or only those whose digest is listed.")
        @WithDefault("any")
        Trust trust();

        @Doc("How long a plugin may take to construct and start its agents before it counts as failed.")
        @WithDefault("30s")
        Duration startTimeout();

        @Doc("How long a plugin may take to stop.")
        @WithDefault("10s")
        Duration stopTimeout();

        @Doc("How long calls of the old version may go on after an exchange, before they are canceled.")
        @WithDefault("30s")
        Duration drainTimeout();

        @Doc("How often the watched folder is looked at.")
        @WithDefault("500ms")
        Duration pollInterval();

        @Doc("How many versions of a plugin are kept, so that one can roll back.")
        @WithDefault("3")
        int keepVersions();

        @Doc("How many calls may wait while a plugin that cannot be loaded twice is exchanged.")
        @WithDefault("1000")
        @AtLeast(0)
        int waitingCalls();

        @Doc("What an archive may hold; a larger one is refused before anything of it is loaded.")
        Limits limits();
    }

    /** What an archive may hold. */
    interface Limits {
        @Doc("How large an archive may be.")
        @WithDefault("1GiB")
        ByteSize archiveBytes();

        @Doc("How many entries an archive may have.")
        @WithDefault("100000")
        int entries();

        @Doc("How large an archive may be once unpacked.")
        @WithDefault("4GiB")
        ByteSize unpackedBytes();

        @Doc("How many times its packed size an entry may unpack to.")
        @WithDefault("200")
        int ratio();
    }

    /** What one call may take. */
    interface Invoke {
        @Doc("How long a call may take if the caller does not say.")
        @WithDefault("60s")
        Duration timeout();

        @Doc("The longest time a caller may ask for.")
        @WithDefault("1h")
        Duration maxTimeout();

        @Doc("How long an agent may go on after its call was canceled or ran out of time, before it counts as overrunning.")
        @WithDefault("5s")
        Duration cancelGrace();

        @Doc("How large a message may be.")
        @WithDefault("4MiB")
        ByteSize messageBytes();

        @Doc("How deep agents may call each other.")
        @WithDefault("16")
        int maxDepth();

        @Doc("How many calls to other agents one run may make in all.")
        @WithDefault("1000")
        @AtLeast(0)
        int callsPerRun();

        @Doc("How many calls may be at work at once in this process.")
        @WithDefault("20000")
        int concurrency();

        @Doc("How many calls of one agent may be at work at once.")
        @WithDefault("10000")
        int agentConcurrency();

        @Doc("How many calls may wait for their turn in this process.")
        @WithDefault("10000")
        @AtLeast(0)
        int queue();

        @Doc("How many calls may wait for their turn in one session.")
        @WithDefault("64")
        @AtLeast(0)
        int sessionQueue();

        @Doc("How many events of a run are retained.")
        @WithDefault("1024")
        int events();

        @Doc("How large the retained events of a run may be together.")
        @WithDefault("1MiB")
        ByteSize eventBytes();

        @Doc("How many ended runs are kept in memory.")
        @WithDefault("10000")
        @AtLeast(0)
        int runsKept();
    }

    /** The threads that agents run on. */
    interface Workers {
        @Doc("How many platform threads run blocking agents where the JVM has no virtual threads.")
        @WithDefault("256")
        int threads();

        @Doc("How many calls may wait for such a thread.")
        @WithDefault("1024")
        @AtLeast(0)
        int queue();

        @Doc("How many threads run agents that compute; 0 stands for one per core.")
        @WithDefault("0")
        @AtLeast(0)
        int cpuThreads();

        @Doc("Whether blocking agents run on virtual threads: `auto` where the JVM has them, or `off`.")
        @WithDefault("auto")
        Virtual virtual();
    }

    /** Where sessions and runs are kept. */
    interface Store {
        @Doc("The address of the storage; its scheme chooses the provider.")
        @WithDefault("${DATABASE_URL:memory:local}")
        URI url();
    }
}
