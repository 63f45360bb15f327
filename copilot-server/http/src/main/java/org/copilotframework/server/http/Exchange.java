package org.copilotframework.server.http;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Admission;
import org.copilotframework.core.json.FaceJson;
import org.copilotframework.core.json.HostJson;
import org.jspecify.annotations.Nullable;

/** A request on its way, as its handler sees it. */
final class Exchange {
    /** The most elements of a page. */
    static final int MOST = 1_000;

    private static final int PAGE = 100;
    private static final HostJson JSON = new HostJson();

    private final Premises premises;
    private final Route route;
    private final Context context;
    private @Nullable Admission admission;
    private byte @Nullable [] body;

    Exchange(Premises premises, Route route, Context context) {
        this.premises = premises;
        this.route = route;
        this.context = context;
    }

    /** Who asks; recognised at the first call. */
    Admission who() {
        Admission known = admission;
        if (known == null) {
            known = premises.door().admit(request());
            admission = known;
        }
        return known;
    }

    Caller caller() {
        return who().caller();
    }

    TenantId tenant() {
        return caller().tenant();
    }

    /** Calls agents on behalf of whoever asks. */
    Client client() {
        return premises.orchestrator().forCaller(caller());
    }

    /** Demands that whoever asks was granted a scope. */
    void permit(String scope, String target) {
        premises.orchestrator().access().permit(who(), scope, target);
    }

    HttpServletRequest request() {
        return context.req();
    }

    /** The path below which the face is mounted; empty for the root. */
    String root() {
        return request().getContextPath();
    }

    /** What stands in the path under a name, decoded. */
    String path(String name) {
        return context.pathParam(name);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(context.header(name));
    }

    /** Refuses parameters that the route does not take: one that is misspelt would be left out in silence. */
    void checkQuery() {
        List<String> known = route.query().stream().map(Route.Parameter::name).toList();
        if (route.query().contains(Route.ANY)) {
            return;
        }
        for (Map.Entry<String, List<String>> given : queries().entrySet()) {
            if (!known.contains(given.getKey())) {
                throw new InvalidRequestException("query: there is no parameter '" + given.getKey() + "'"
                        + (known.isEmpty() ? "" : "; there are " + String.join(", ", known)));
            } else if (given.getValue().size() > 1) {
                throw new InvalidRequestException("query: '" + given.getKey() + "' is there more than once");
            }
        }
    }

    Map<String, List<String>> queries() {
        return context.queryParamMap();
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(context.queryParam(name));
    }

    long query(String name, long least, long most, long otherwise) {
        return query(name).map(text -> whole(name, text, least, most)).orElse(otherwise);
    }

    /** How many elements of a list are asked for. */
    int limit() {
        return (int) query("limit", 1, MOST, PAGE);
    }

    boolean flag(String name) {
        String text = query(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new InvalidRequestException("query: '" + name + "' is true or false");
        }
        return text.equals("true");
    }

    <E extends Enum<E>> Optional<E> query(String name, Class<E> type) {
        return query(name).map(text -> constant(text, type)
                .orElseThrow(() -> new InvalidRequestException("query: '" + name + "' is one of "
                        + List.of(type.getEnumConstants()).stream()
                                .map(Schema::lower)
                                .collect(Collectors.joining(", ")))));
    }

    static <E extends Enum<E>> Optional<E> constant(String text, Class<E> type) {
        return List.of(type.getEnumConstants()).stream()
                .filter(one -> Schema.lower(one).equals(text))
                .findFirst();
    }

    private static long whole(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException other) {
            // Said below, as for a number out of its bounds.
        }
        throw new InvalidRequestException("query: '" + name + "' is a whole number from " + least + " to " + most);
    }

    /** What was sent. */
    byte[] body() throws Refusal {
        byte[] read = body;
        if (read == null) {
            read = Body.read(request(), premises.settings().bodyBytes());
            body = read;
        }
        return read;
    }

    /** What was sent, as a tree of JSON; null for JSON's null, and for nothing where the route allows that. */
    @Nullable
    Object json() throws Refusal {
        byte[] sent = body();
        Route.Input input = route.input();
        if (sent.length == 0 && input != null && !input.required()) {
            return null;
        }
        return FaceJson.read(sent);
    }

    /** What was sent, as an object. */
    Map<?, ?> jsonObject() throws Refusal {
        if (json() instanceof Map<?, ?> object) {
            return object;
        }
        throw InvalidRequestException.at("", "an object is expected");
    }

    /** What was sent, read into a record. */
    <T extends Record> T json(Class<T> type) throws Refusal {
        return JSON.read(FaceJson.data(jsonObject(), ""), type);
    }

    /** The schema by which {@link #json(Class)} reads. */
    static Map<String, @Nullable Object> schema(Class<? extends Record> type) {
        Map<String, @Nullable Object> schema = new java.util.LinkedHashMap<>(JSON.schema(type).map());
        schema.remove("$schema");
        return schema;
    }

    Premises premises() {
        return premises;
    }
}
