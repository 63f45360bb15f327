package org.copilotframework.example.docs;

/**
 * Something in the folder that is not in the index.
 *
 * @param path its path below the folder
 * @param reason why, for a person: completes "skipped because"
 */
record Skipped(String path, String reason) {}
