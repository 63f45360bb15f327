package org.copilotframework.core.settings;

import java.nio.file.Path;

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
    public PluginSettings plugins() {
        return new PluginSettings(values);
    }

    /** {@return where files are kept} */
    public BlobSettings blobs() {
        return new BlobSettings(values);
    }

    /** {@return how what is stored is encrypted} */
    public EncryptionSettings encryption() {
        return new EncryptionSettings(values);
    }

    /** {@return who is let in over a network} */
    public SecuritySettings security() {
        return new SecuritySettings(values);
    }

    /** {@return what is done with what is audited} */
    public AuditSettings audit() {
        return new AuditSettings(values);
    }

    /** {@return what nodes tell each other} */
    public NodeSettings node() {
        return new NodeSettings(values);
    }

    /** {@return what one call may take} */
    public InvokeSettings invoke() {
        return new InvokeSettings(values);
    }

    /** {@return the threads that agents run on} */
    public WorkerSettings workers() {
        return new WorkerSettings(values);
    }

    /** {@return how stored runs are kept and taken up} */
    public RunSettings runs() {
        return new RunSettings(values);
    }

    /** {@return how sessions are kept} */
    public SessionSettings sessions() {
        return new SessionSettings(values);
    }

    /** {@return where sessions and runs are kept} */
    public StorageSettings storage() {
        return new StorageSettings(values);
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
}
