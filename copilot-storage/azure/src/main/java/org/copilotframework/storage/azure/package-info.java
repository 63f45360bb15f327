/**
 * Files in a container of Azure Blob Storage. {@link org.copilotframework.storage.azure.AzureBlobsProvider} opens it; all else is
 * internal. Knows the contract and Microsoft's client, and neither the orchestrator nor other stores.
 */
@NullMarked
package org.copilotframework.storage.azure;

import org.jspecify.annotations.NullMarked;
