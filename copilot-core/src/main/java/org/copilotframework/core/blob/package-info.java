/**
 * Internal: files of tenants in a local folder, and the part of them that one plugin sees. Stores of files that need a library
 * or a server live in modules of their own.
 */
@NullMarked
package org.copilotframework.core.blob;

import org.jspecify.annotations.NullMarked;
