package org.copilotframework.core.secret;

/** How badly a secret is wanted of its source. */
enum Asking {
    /** By who cannot go on without it. */
    NOW,
    /** By who is served later too: a source that has just failed is left alone for as long as it says. */
    UNLESS_DOWN,
    /** By who keeps it fresh: a source that is at work for somebody else is not waited for. */
    UNLESS_BUSY,
    /** By who has it, if of before: a source that is at work, or has just failed, keeps nobody waiting. */
    IF_READY
}
