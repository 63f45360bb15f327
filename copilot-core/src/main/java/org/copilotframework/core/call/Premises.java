package org.copilotframework.core.call;

import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.run.RunRegistry;

/** What all rooms and activations share. */
record Premises(Storage storage, Blobs blobs, CallLimits limits, Workers workers, RunRegistry runs) {}
