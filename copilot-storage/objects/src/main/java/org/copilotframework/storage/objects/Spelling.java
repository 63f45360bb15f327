package org.copilotframework.storage.objects;

/**
 * How a name is written where a service would change it. What is written sorts as the names do, and has no {@value
 * ObjectNames#CUT}.
 */
public interface Spelling {
    /** Names as they are. */
    Spelling PLAIN = new Spelling() {
        @Override
        public String open(String beginning) {
            return beginning;
        }

        @Override
        public String shared(String beginning) {
            return beginning;
        }

        @Override
        public String whole(String name) {
            return name;
        }

        @Override
        public String name(String written) {
            return written;
        }
    };

    /**
     * Writes what a name begins with that is cut there.
     *
     * @param beginning of a name that goes on
     * @return how it is written
     */
    String open(String beginning);

    /**
     * What all names are written with that begin alike, be it a whole name or not.
     *
     * @param beginning what they begin with
     * @return what they are written with, and perhaps others
     */
    String shared(String beginning);

    /**
     * Writes a name.
     *
     * @param name a whole name
     * @return how it is written
     */
    String whole(String name);

    /**
     * Reads what was written.
     *
     * @param written a whole name or what one begins with; or anything, if it was not written here
     * @return the name or its beginning; anything, if it was not written here
     */
    String name(String written);
}
