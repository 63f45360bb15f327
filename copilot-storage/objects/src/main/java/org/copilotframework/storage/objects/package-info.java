/**
 * Internal: what the stores of files in S3, Google Cloud Storage and Azure have in common. Each packs it into its plugin. Knows
 * the contract, and no vendor's client.
 *
 * <p>A file is one object. How tenants and names become names of objects is told by {@link
 * org.copilotframework.storage.objects.ObjectNames}, what is kept beside the content by {@link
 * org.copilotframework.storage.objects.FileMetadata}.
 */
@NullMarked
package org.copilotframework.storage.objects;

import org.jspecify.annotations.NullMarked;
