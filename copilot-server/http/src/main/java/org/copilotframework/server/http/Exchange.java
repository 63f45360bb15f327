package org.copilotframework.server.http;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.core.Admission;
import org.copilotframework.core.json.FaceJson;
import org.copilotframework.core.json.HostJson;
import org.jspecify.annotations.Nullable;

/** A request on its way, as its handler sees it. */
final class Exchange {
    /** The most elements of a page. */
    static final int MOST = 1_000;

    private static final int PAGE = 100;
    private static final Pattern BROKEN = Pattern.compile("%(?![0-9a-fA-F]{2})");
    private static final HostJson JSON = new HostJson();

    private final Premises premises;
    private final Route route;
    private final Context context;
    private @Nullable Admission admission;
    private @Nullable Credentials credentials;
    private BodyBudget.@Nullable Share share;
    private byte @Nullable [] body;
    private String lacking = "";
    private @Nullable String target;
    private String detail = "";

    Exchange(Premises premises, Route route, Context context) {
        this.premises = premises;
        this.route = route;
        this.context = context;
    }

    /** Who asks; recognised at the first call. */
    Admission who() {
        Admission known = admission;
        if (known == null) {
            known = premises.door().admit(request(), credentials());
            admission = known;
        }
        return known;
    }

    /** Who asks, if he was recognised. */
    @Nullable
    Admission admitted() {
        return admission;
    }

    /** What was sent to show who asks. */
    Credentials credentials() {
        Credentials sent = credentials;
        if (sent == null) {
            sent = premises.door().credentials(request());
            credentials = sent;
        }
        return sent;
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

    /** Demands what a route takes. */
    void permit(Route.Guard guard, String of) {
        if (guard.host()) {
            permitHost(guard.scope(), of);
        } else if (!guard.scope().isEmpty()) {
            permit(guard.scope(), of);
        }
    }

    /** Demands that whoever asks was granted a scope. */
    void permit(String scope, String of) {
        Admission known = who();
        lacking = scope;
        premises.orchestrator().access().permit(known, scope, of);
        lacking = "";
    }

    /** The same for what belongs to no tenant. */
    void permitHost(String scope, String of) {
        Admission known = who();
        lacking = scope;
        premises.orchestrator().access().permitHost(known, scope, of);
        lacking = "";
    }

    /** Tells what scope was demanded elsewhere and was not granted. */
    void lacks(String scope) {
        lacking = scope;
    }

    /** The scope that was demanded and was not granted; empty if there is none. */
    String lacking() {
        return lacking;
    }

    /**
     * Tells for the audit what a change was done to, where that is known better than by the path.
     *
     * @param what such as {@code key/k1}
     * @param more what else there is to say, for a person; no secrets
     */
    void did(String what, String more) {
        target = what;
        detail = more;
    }

    Optional<String> target() {
        return Optional.ofNullable(target);
    }

    String detail() {
        return detail;
    }

    HttpServletRequest request() {
        return context.req();
    }

    /** The path below which the face is mounted; empty for the root. */
    String root() {
        return request().getContextPath();
    }

    /** How whoever asks has reached the face, such as {@code http://localhost:8080}; to be shown to him alone. */
    String base() {
        Sender sender = premises.door().sender(request());
        if (sender.host() != null) {
            return (sender.secure() ? "https://" : "http://") + sender.host() + root();
        }
        StringBuffer url = request().getRequestURL();
        String path = request().getRequestURI();
        return url.substring(0, Math.max(0, url.length() - path.length())) + root();
    }

    /** What stands in the path under a name, decoded. */
    String path(String name) {
        return context.pathParam(name);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(context.header(name));
    }

    /**
     * Refuses parameters that the route does not take, and those that cannot be read: either would be left out in silence.
     */
    void checkQuery() {
        String raw = request().getQueryString();
        if (raw == null) {
            return;
        } else if (BROKEN.matcher(raw).find()) {
            throw new InvalidRequestException("query: a % stands before two hexadecimal digits");
        }
        List<String> known = route.query().stream().map(Route.Parameter::name).toList();
        if (route.query().contains(Route.ANY)) {
            return;
        }
        for (Map.Entry<String, List<String>> given : queries().entrySet()) {
            if (!known.contains(given.getKey())) {
                throw new InvalidRequestException("query: there is no parameter '" + given.getKey() + "'"
                        + (known.isEmpty() ? "" : "; there are " + String.join(", ", known)));
            } else if (given.getValue().size() != 1) {
                throw new InvalidRequestException("query: '" + given.getKey() + "' is not there exactly once");
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
        return query(name)
                .map(text -> constant(text, type)
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
            BodyBudget.Share taken = premises.bodies().share();
            share = taken;
            read = Body.read(request(), premises.settings().bodyBytes(), taken, premises.pace());
            body = read;
        }
        return read;
    }

    /** Holds what was sent no longer: an agent may be at work for hours. */
    void forgetBody() {
        if (share != null) {
            share.close();
            share = null;
        }
        body = null;
    }

    /** What was sent, as a tree of JSON; null for JSON's null, and for nothing where the route allows that. It is told once. */
    private @Nullable Object json() throws Refusal {
        byte[] sent = body();
        Route.Input input = route.input();
        try {
            return sent.length == 0 && input != null && !input.required() ? null : FaceJson.read(sent);
        } finally {
            forgetBody();
        }
    }

    /** What was sent, as an object. */
    Map<?, ?> jsonObject() throws Refusal {
        return object(json());
    }

    private static Map<?, ?> object(@Nullable Object sent) {
        if (sent instanceof Map<?, ?> object) {
            return object;
        }
        throw InvalidRequestException.at("", "an object is expected");
    }

    /** What was sent, read into a record. */
    <T extends Record> T json(Class<T> type) throws Refusal {
        return JSON.read(FaceJson.data(jsonObject(), ""), type);
    }

    /** The same, if anything was sent. */
    <T extends Record> Optional<T> jsonIfAny(Class<T> type) throws Refusal {
        Object sent = json();
        return sent == null ? Optional.empty() : Optional.of(JSON.read(FaceJson.data(object(sent), ""), type));
    }

    /** Demands that nothing was sent but perhaps an empty object: what is not looked at is not taken. */
    void demandNothing() throws Refusal {
        Object sent = json();
        if (sent != null && !object(sent).isEmpty()) {
            throw InvalidRequestException.at("", "nothing is expected, or an empty object");
        }
    }

    /** The schema by which {@link #json(Class)} reads. */
    static Map<String, @Nullable Object> schema(Class<? extends Record> type) {
        Map<String, @Nullable Object> schema =
                new java.util.LinkedHashMap<>(JSON.schema(type).map());
        schema.remove("$schema");
        return schema;
    }

    Premises premises() {
        return premises;
    }
}
