package org.copilotframework.core.json;

import java.util.Collections;
import java.util.Map;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.spi.storage.Payload;

/** Data as it is stored: {@code {"data": ...}}, in an entry of a session's state or as the result of a step. */
public final class DataForm {
    private static final String KEY = "data";

    private DataForm() {}

    /**
     * For the store.
     *
     * @param data the data
     * @return its stored form, encoded when it is needed
     */
    public static Payload store(Data data) {
        return Payload.of(data, some -> StoredJson.write(Collections.singletonMap(KEY, some.value())));
    }

    /**
     * From the store.
     *
     * @param stored the stored form
     * @param what what it is, for the message of the error
     * @return the data
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be read
     */
    public static Data read(Payload stored, String what) {
        return stored.value(Data.class).orElseGet(() -> {
            Map<String, ?> tree = StoredJson.read(stored.bytes(), what);
            return Data.of(tree.get(KEY));
        });
    }
}
