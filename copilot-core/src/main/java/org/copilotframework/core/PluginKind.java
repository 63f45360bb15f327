package org.copilotframework.core;

/** What a plugin brings; its manifest says so by {@value #MANIFEST_ATTRIBUTE}. */
public enum PluginKind {
    /** Agents. It may come, change and go while the orchestrator runs. A manifest that says nothing means this. */
    AGENT,
    /** What the host itself is made of, such as a store. It is loaded when the orchestrator starts, and fixed until it stops. */
    PROVIDER;

    /** The manifest attribute; one of the names above in lower case. */
    public static final String MANIFEST_ATTRIBUTE = "Copilot-Plugin-Kind";
}
