/**
 * Files in a bucket of Google Cloud Storage. {@link org.copilotframework.storage.gcs.GcsBlobsProvider} opens it; all else is
 * internal. Knows the contract and Google's client, and neither the orchestrator nor other stores.
 */
@NullMarked
package org.copilotframework.storage.gcs;

import org.jspecify.annotations.NullMarked;
