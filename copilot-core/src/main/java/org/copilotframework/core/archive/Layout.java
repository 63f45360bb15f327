package org.copilotframework.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * How an archive is laid out, told by what is in it. A JAR has its classes at the root. A ZIP has them in {@code classes/} or
 * in one of the libraries, and its libraries in {@code lib/}; these are unpacked, one level deep.
 *
 * @param root whether the archive itself is on the class path
 * @param classes whether it has a folder {@code classes/}
 * @param libraries the names of its libraries, in order
 */
record Layout(boolean root, boolean classes, List<String> libraries) {
    static final String CLASSES = "classes/";
    static final String LIBRARIES = "lib/";

    static Layout of(ZipIndex index) {
        boolean rootClasses = index.find(Part.EXTENSIONS) != null;
        boolean folder = false;
        TreeSet<String> libraries = new TreeSet<>();
        for (ZipItem item : index.items()) {
            String name = item.name();
            if (name.startsWith(CLASSES)) {
                folder = true;
            } else if (name.startsWith(LIBRARIES)) {
                if (name.endsWith(".jar") && name.indexOf('/', LIBRARIES.length()) < 0) {
                    libraries.add(name);
                }
            } else if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
                rootClasses = true;
            }
        }
        // A folder classes/ beside classes at the root is nothing but resources of a JAR.
        boolean classes = folder && !rootClasses;
        boolean root = rootClasses || !classes && libraries.isEmpty();
        return new Layout(root, classes, new ArrayList<>(libraries));
    }

    /** Whether parts of the archive are unpacked beside it. */
    boolean unpacks() {
        return classes || !libraries.isEmpty();
    }

    /** Whether this entry is one of those. */
    boolean unpacks(ZipItem item) {
        return !item.folder() && (classes && item.name().startsWith(CLASSES) || libraries.contains(item.name()));
    }
}
