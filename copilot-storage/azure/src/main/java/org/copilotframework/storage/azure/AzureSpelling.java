package org.copilotframework.storage.azure;

import org.copilotframework.storage.objects.Spelling;

/**
 * Of a few names the service would make others, so they are written as text of the same place in the order, with a mark that no
 * file's name has: a backslash becomes {@code [§}; a dot before a slash {@code ..§}, and the last of all {@code -§}.
 */
final class AzureSpelling implements Spelling {
    /** In no file's name, and behind all that may be in one or stand where one is cut. */
    private static final String MARK = "\u00a7";

    @Override
    public String open(String beginning) {
        return beginning.replace("\\", "[" + MARK).replace("./", ".." + MARK + "/");
    }

    /** What becomes of a dot is told by what follows. */
    @Override
    public String shared(String beginning) {
        return open(beginning.endsWith(".") ? beginning.substring(0, beginning.length() - 1) : beginning);
    }

    @Override
    public String whole(String name) {
        return name.endsWith(".") ? shared(name) + "-" + MARK : open(name);
    }

    @Override
    public String name(String written) {
        String open = written.endsWith("-" + MARK) ? written.substring(0, written.length() - 2) + "." : written;
        return open.replace(".." + MARK + "/", "./").replace("[" + MARK, "\\");
    }
}
