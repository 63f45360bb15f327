package org.copilotframework.core.archive;

/**
 * One entry of a ZIP's directory.
 *
 * @param name its name, not yet checked
 * @param method stored or deflated
 * @param crc the checksum that its content is said to have
 * @param packed its packed size
 * @param size the size that it is said to have unpacked
 * @param header where its own header stands
 * @param link whether it is a symbolic link
 */
record ZipItem(String name, int method, long crc, long packed, long size, long header, boolean link) {
    static final int STORED = 0;
    static final int DEFLATED = 8;

    boolean folder() {
        return name.endsWith("/");
    }
}
