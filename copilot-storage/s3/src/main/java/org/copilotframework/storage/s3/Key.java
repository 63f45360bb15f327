package org.copilotframework.storage.s3;

/**
 * A file's place.
 *
 * @param name as its owner calls it
 * @param text the key of its object
 * @param beside the key of what is kept beside it, see {@link DigestBeside}
 */
record Key(String name, String text, String beside) {}
