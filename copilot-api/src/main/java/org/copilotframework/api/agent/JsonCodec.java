package org.copilotframework.api.agent;

import java.lang.reflect.Type;
import org.copilotframework.api.message.Data;

/**
 * Turns objects into data and back. The host has one per generation of a plugin, which knows records, enums, collections and
 * the JDK's value types; a {@link TypedAgent} may bring its own. Safe for use by several threads.
 */
public interface JsonCodec {
    /**
     * Reads data into an object.
     *
     * @param data the data
     * @param type the type to read into
     * @param <T> the type to read into
     * @return the object
     * @throws org.copilotframework.api.error.InvalidRequestException if the data does not fit; with a JSON pointer to the
     *     place
     */
    <T> T read(Data data, Class<T> type);

    /**
     * Reads data into an object of a generic type.
     *
     * @param data the data
     * @param type the type to read into
     * @return the object
     * @throws org.copilotframework.api.error.InvalidRequestException as {@link #read(Data, Class)}
     */
    Object read(Data data, Type type);

    /**
     * Turns an object into data.
     *
     * @param object a record, an enum, a collection or a JDK value
     * @return the data
     * @throws org.copilotframework.api.error.InvalidRequestException if the object cannot be turned into data
     */
    Data write(Object object);

    /**
     * Describes a type.
     *
     * @param type the type
     * @return a JSON Schema (2020-12) that the data of such an object fits
     */
    Data schema(Type type);
}
