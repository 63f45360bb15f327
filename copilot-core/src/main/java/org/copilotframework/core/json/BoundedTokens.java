package org.copilotframework.core.json;

import org.copilotframework.api.message.Data;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.util.TokenBuffer;

/** A token buffer that refuses an object graph which holds a cycle, or would become too large by sharing, before it is full. */
final class BoundedTokens extends JsonGeneratorDelegate {
    private int depth;
    private int containers;

    BoundedTokens(TokenBuffer buffer) {
        // Objects within are not handed to the buffer's own writer: all of them come back through here.
        super(buffer, false);
    }

    @Override
    public JsonGenerator writeStartArray() {
        enter();
        return super.writeStartArray();
    }

    @Override
    public JsonGenerator writeStartArray(Object value) {
        enter();
        return super.writeStartArray(value);
    }

    @Override
    public JsonGenerator writeStartArray(Object value, int size) {
        enter();
        return super.writeStartArray(value, size);
    }

    @Override
    public JsonGenerator writeStartObject() {
        enter();
        return super.writeStartObject();
    }

    @Override
    public JsonGenerator writeStartObject(Object value) {
        enter();
        return super.writeStartObject(value);
    }

    @Override
    public JsonGenerator writeStartObject(Object value, int size) {
        enter();
        return super.writeStartObject(value, size);
    }

    @Override
    public JsonGenerator writeEndArray() {
        depth--;
        return super.writeEndArray();
    }

    @Override
    public JsonGenerator writeEndObject() {
        depth--;
        return super.writeEndObject();
    }

    private void enter() {
        if (++depth > Data.MAX_DEPTH) {
            throw new Misfit("the object is nested deeper than " + Data.MAX_DEPTH + " levels, or holds a cycle");
        }
        if (++containers > Data.MAX_NODES) {
            throw new Misfit("the object holds more than " + Data.MAX_NODES + " values");
        }
    }
}
