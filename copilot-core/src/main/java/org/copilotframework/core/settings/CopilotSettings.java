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
    enum LogLevel {
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
    enum Trust {
        /** Every archive. */
        ANY,
        /** Only archives that come with their digest. */
        DIGEST
    }

    /** When blocking agents run on virtual threads. */
    enum Virtual {
        /** Where the JVM has them. */
        AUTO,
        /** Never. */
        OFF
    }

    /** {@return the tier this process runs in} */
    @Doc("The tier this process runs in. It also chooses the profile: a key that begins with `%prod.` counts in"
            + " `prod` only.")
    @WithDefault("${APP_ENV:dev}")
    Environment environment();

    /** {@return the folder that holds all that is kept on the local disk} */
    @Doc("The folder that holds all that is kept on the local disk. A relative path begins at the working directory.")
    @WithDefault(".copilot")
    Path home();

    /** {@return the least severity that is logged} */
    @Doc("The least severity that is logged.")
    @WithDefault("${LOG_LEVEL:info}")
    LogLevel logLevel();

    /** {@return where plugins come from and how they are loaded and exchanged} */
    @Doc("Where plugins come from and how they are loaded and exchanged.")
    Plugins plugins();

    /** {@return what one call may take} */
    @Doc("What one call may take.")
    Invoke invoke();

    /** {@return the threads that agents run on} */
    @Doc("The threads that agents run on.")
    Workers workers();

    /** {@return where sessions and runs are kept} */
    @Doc("Where sessions and runs are kept.")
    Store storage();

    /** Where plugins come from. */
    interface Plugins {
        /** {@return the watched folder} */
        @Doc("The watched folder: an archive put here is installed, one deleted here is drained and removed.")
        Optional<Path> dir();

        /** {@return which archives may be loaded} */
        @Doc("Which archives may be loaded: `any`, or `digest`: only those that come with their SHA-256, given to the"
                + " operation or in a file beside the archive with the suffix `.sha256`.")
        @WithDefault("any")
        Trust trust();

        /** {@return how long a plugin may take to construct and start its agents before it counts as failed} */
        @Doc("How long a plugin may take to construct and start its agents before it counts as failed.")
        @WithDefault("30s")
        Duration startTimeout();

        /** {@return how long a plugin may take to stop} */
        @Doc("How long a plugin may take to stop.")
        @WithDefault("10s")
        Duration stopTimeout();

        /** {@return how long calls of the old version may go on after an exchange, before they are canceled} */
        @Doc("How long calls of the old version may go on after an exchange, before they are canceled.")
        @WithDefault("30s")
        Duration drainTimeout();

        /** {@return how often the watched folder is looked at} */
        @Doc("How often the watched folder is looked at.")
        @WithDefault("500ms")
        Duration pollInterval();

        /** {@return how many versions of a plugin are kept, so that one can roll back} */
        @Doc("How many versions of a plugin are kept, so that one can roll back.")
        @WithDefault("3")
        int keepVersions();

        /** {@return how many calls may wait while a plugin that cannot be loaded twice is exchanged} */
        @Doc("How many calls may wait while a plugin that cannot be loaded twice is exchanged.")
        @WithDefault("1000")
        @AtLeast(0)
        int waitingCalls();

        /** {@return what an archive may hold} */
        @Doc("What an archive may hold; a larger one is refused before anything of it is loaded.")
        Limits limits();
    }

    /** What an archive may hold. */
    interface Limits {
        /** {@return how large an archive may be} */
        @Doc("How large an archive may be.")
        @WithDefault("1GiB")
        ByteSize archiveBytes();

        /** {@return how many entries an archive may have} */
        @Doc("How many entries an archive may have.")
        @WithDefault("65000")
        int entries();

        /** {@return how large an archive may be once unpacked} */
        @Doc("How large an archive may be once unpacked.")
        @WithDefault("4GiB")
        ByteSize unpackedBytes();

        /** {@return how many times its packed size an entry may unpack to} */
        @Doc("How many times its packed size an entry may unpack to.")
        @WithDefault("200")
        int ratio();
    }

    /** What one call may take. */
    interface Invoke {
        /** {@return how long a call may take if the caller does not say} */
        @Doc("How long a call may take if the caller does not say.")
        @WithDefault("60s")
        Duration timeout();

        /** {@return the longest time a caller may ask for} */
        @Doc("The longest time a caller may ask for.")
        @WithDefault("1h")
        Duration maxTimeout();

        /** {@return how long an agent may go on after its call was canceled or ran out of time} */
        @Doc("How long an agent may go on after its call was canceled or ran out of time, before it counts as"
                + " overrunning.")
        @WithDefault("5s")
        Duration cancelGrace();

        /** {@return how large a message may be} */
        @Doc("How large a message may be.")
        @WithDefault("4MiB")
        ByteSize messageBytes();

        /** {@return how deep agents may call each other} */
        @Doc("How deep agents may call each other.")
        @WithDefault("16")
        int maxDepth();

        /** {@return how many calls to other agents one run may make in all} */
        @Doc("How many calls to other agents one run may make in all.")
        @WithDefault("1000")
        @AtLeast(0)
        int callsPerRun();

        /** {@return how many calls may be at work at once in this process} */
        @Doc("How many calls may be at work at once in this process.")
        @WithDefault("20000")
        int concurrency();

        /** {@return how many calls of one agent may be at work at once} */
        @Doc("How many calls of one agent may be at work at once.")
        @WithDefault("10000")
        int agentConcurrency();

        /** {@return how many calls may wait for their turn in this process} */
        @Doc("How many calls may wait for their turn in this process.")
        @WithDefault("10000")
        @AtLeast(0)
        int queue();

        /** {@return how many calls may wait for their turn in one session} */
        @Doc("How many calls may wait for their turn in one session.")
        @WithDefault("64")
        @AtLeast(0)
        int sessionQueue();

        /** {@return how many events of a run are retained} */
        @Doc("How many events of a run are retained.")
        @WithDefault("1024")
        int events();

        /** {@return how large the retained events of a run may be together} */
        @Doc("How large the retained events of a run may be together.")
        @WithDefault("256KiB")
        ByteSize eventBytes();

        /** {@return how many ended runs are kept in memory} */
        @Doc("How many ended runs are kept in memory.")
        @WithDefault("1000")
        @AtLeast(0)
        int runsKept();
    }

    /** The threads that agents run on. */
    interface Workers {
        /** {@return how many platform threads run blocking agents where the JVM has no virtual threads} */
        @Doc("How many platform threads run blocking agents where the JVM has no virtual threads.")
        @WithDefault("256")
        int threads();

        /** {@return how many calls may wait for such a thread} */
        @Doc("How many calls may wait for such a thread.")
        @WithDefault("1024")
        @AtLeast(0)
        int queue();

        /** {@return how many threads run agents that compute} */
        @Doc("How many threads run agents that compute; 0 stands for one per core.")
        @WithDefault("0")
        @AtLeast(0)
        int cpuThreads();

        /** {@return whether blocking agents run on virtual threads} */
        @Doc("Whether blocking agents run on virtual threads: `auto` where the JVM has them, or `off`.")
        @WithDefault("auto")
        Virtual virtual();
    }

    /** Where sessions and runs are kept. */
    interface Store {
        /** {@return the address of the storage} */
        @Doc("The address of the storage; its scheme chooses the provider.")
        @WithDefault("${DATABASE_URL:memory:local}")
        URI url();
    }
}
