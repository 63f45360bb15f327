package org.copilotframework.core.archive;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What the entries of an archive may be called, told before any is unpacked. */
final class EntryRules {
    private final Findings findings;

    EntryRules(Findings findings) {
        this.findings = findings;
    }

    /** What holds for the archive and for each of its libraries, which the label names. */
    void checkNames(ZipIndex zip, String label) {
        for (ZipItem item : zip.items()) {
            String why = Names.hostile(item.name());
            if (why != null) {
                findings.problem("its entry '" + Names.shown(item.name()) + "'" + label + " " + why
                        + "; build it with entries below its root only");
            } else if (item.link()) {
                findings.problem("its entry '" + Names.shown(item.name()) + "'" + label
                        + " is a symbolic link; build it with files only");
            } else if (item.folder() && item.size() > 0) {
                // The JVM finds it by its name without the slash, and no rule and no signature looks at it.
                findings.problem("its entry '" + Names.shown(item.name()) + "'" + label
                        + " is a folder and has content; build it again");
            }
        }
        for (String name : zip.twice()) {
            findings.problem("its entry '" + Names.shown(name) + "'" + label
                    + " is there twice; build it again from a clean" + " folder, so that each file is packed once");
        }
    }

    /** What holds for the entries that become files. */
    void checkFiles(ZipIndex index, Layout layout) {
        Map<String, String> files = new HashMap<>();
        for (ZipItem item : index.items()) {
            // The hostile ones are told of already, and may be too many and too long for this.
            if (layout.unpacks(item) && Names.hostile(item.name()) == null) {
                String why = Names.unfit(item.name());
                String other = files.putIfAbsent(item.name().toLowerCase(Locale.ROOT), item.name());
                if (why != null) {
                    findings.problem("its entry '" + Names.shown(item.name()) + "' " + why + "; rename it");
                } else if (other != null) {
                    findings.problem("its entries '" + Names.shown(other) + "' and '" + Names.shown(item.name())
                            + "' are one file on some systems; rename one");
                }
            }
        }
        for (String name : files.keySet()) {
            for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
                String folder = files.get(name.substring(0, slash));
                if (folder != null) {
                    findings.problem("its entry '" + Names.shown(folder) + "' is a file and a folder; rename one");
                }
            }
        }
    }
}
