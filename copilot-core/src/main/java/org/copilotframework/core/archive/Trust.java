package org.copilotframework.core.archive;

/** What an archive must show before it is read. A digest that is given is compared in any case. */
public enum Trust {
    /** Nothing. */
    OFF,
    /** Its SHA-256 digest, given by the caller or in a file beside it with the suffix {@code .sha256}. */
    DIGEST
}
