package org.copilotframework.core.call;

import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.run.RunRegistry;

/**
 * What all rooms and activations share.
 *
 * @param holder this process's name in the store's leases: unique, and new each time it starts
 */
record Premises(
        Storage storage,
        Sending sending,
        Blobs blobs,
        AuthorisationRoom authorisation,
        CallLimits limits,
        RunLimits runLimits,
        Workers workers,
        LateWrites lateWrites,
        RunRegistry runs,
        Telling telling,
        String holder) {}
