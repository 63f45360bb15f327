package org.copilotframework.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked, who may, how, and what is answered: requests are routed, checked and described by this alone.
 *
 * @param method the method of HTTP
 * @param path the path, with names in braces for what varies
 * @param id what a generated client calls it
 * @param summary what it does, in a line
 * @param group under which heading it is described
 * @param guard who may
 * @param target what it is done to, for whoever decides and for the audit
 * @param query the parameters that it takes in the query; {@link #ANY} alone for whatever comes
 * @param input what is sent, or null for nothing
 * @param outputs what is answered, by status
 * @param handler does it
 */
record Route(
        String method,
        String path,
        String id,
        String summary,
        String group,
        Guard guard,
        Function<Exchange, String> target,
        List<Parameter> query,
        @Nullable Input input,
        Map<Integer, Output> outputs,
        Handler handler) {

    /** Whatever parameters come. */
    static final Parameter ANY = new Parameter("*", Schema.text());

    /** Does what is asked. */
    @FunctionalInterface
    interface Handler {
        Answer handle(Exchange exchange) throws Exception;
    }

    /** A parameter of the query. */
    record Parameter(String name, Map<String, @Nullable Object> schema) {}

    /** What is sent: JSON of a schema, or bytes of other types. */
    record Input(List<String> types, Map<String, @Nullable Object> schema, boolean required) {}

    /** What is answered. */
    record Output(String says, String type, Optional<View<?>> view, Map<String, @Nullable Object> schema) {}

    /**
     * Who may.
     *
     * @param scope what has to be granted; empty if that depends on the request, and is asked where it is done
     * @param asked whether anybody is asked who he is
     * @param counted whether it counts among the requests that are at work
     * @param host whether what is done belongs to no tenant
     * @param beginner whether he may, too, who has begun the run that the path names
     */
    record Guard(String scope, boolean asked, boolean counted, boolean host, boolean beginner) {
        /** Whoever comes. */
        static final Guard NOBODY = new Guard("", false, true, false, false);

        /** Whoever comes, however many requests are at work. */
        static final Guard ALWAYS = new Guard("", false, false, false, false);

        /** Whoever is recognised; what he may do is seen where it is done. */
        static final Guard RECOGNISED = new Guard("", true, true, false, false);

        static Guard scope(String scope) {
            return new Guard(scope, true, true, false, false);
        }

        static Guard hostScope(String scope) {
            return new Guard(scope, true, true, true, false);
        }
    }

    static Route get(String path, String id, String summary) {
        return of("GET", path, id, summary);
    }

    static Route post(String path, String id, String summary) {
        return of("POST", path, id, summary);
    }

    static Route put(String path, String id, String summary) {
        return of("PUT", path, id, summary);
    }

    static Route delete(String path, String id, String summary) {
        return of("DELETE", path, id, summary);
    }

    static Route of(String method, String path, String id, String summary) {
        return new Route(
                method,
                path,
                id,
                summary,
                "",
                Guard.RECOGNISED,
                exchange -> "",
                List.of(),
                null,
                Map.of(),
                exchange -> Answer.nothing());
    }

    Route in(String otherGroup) {
        return new Route(method, path, id, summary, otherGroup, guard, target, query, input, outputs, handler);
    }

    Route guard(Guard other, Function<Exchange, String> what) {
        return new Route(method, path, id, summary, group, other, what, query, input, outputs, handler);
    }

    Route scope(String scope, Function<Exchange, String> what) {
        return guard(Guard.scope(scope), what);
    }

    Route scope(String scope) {
        return scope(scope, exchange -> "");
    }

    /** What is done belongs to no tenant: {@code *} of a tenant does not grant it. */
    Route hostScope(String scope, Function<Exchange, String> what) {
        return guard(Guard.hostScope(scope), what);
    }

    Route hostScope(String scope) {
        return hostScope(scope, exchange -> "");
    }

    /** Whoever was granted a scope, and who has begun the run that the path names. */
    Route scopeOrBeginner(String scope, Function<Exchange, String> what) {
        return guard(new Guard(scope, true, true, false, true), what);
    }

    Route takes(String parameter, Map<String, @Nullable Object> schema) {
        List<Parameter> more = new ArrayList<>(query);
        more.add(new Parameter(parameter, schema));
        return new Route(method, path, id, summary, group, guard, target, List.copyOf(more), input, outputs, handler);
    }

    Route anyQuery() {
        return takes(ANY.name(), ANY.schema());
    }

    Route takes(Input other) {
        return new Route(method, path, id, summary, group, guard, target, query, other, outputs, handler);
    }

    Route takesJson(Map<String, @Nullable Object> schema, boolean required) {
        return takes(new Input(List.of(Answer.JSON), schema, required));
    }

    Route gives(int status, String says, View<?> view) {
        return gives(status, new Output(says, Answer.JSON, Optional.of(view), Schema.reference(view.name())));
    }

    Route gives(int status, String says, String type) {
        return gives(status, new Output(says, type, Optional.empty(), Schema.text()));
    }

    private Route gives(int status, Output output) {
        Map<Integer, Output> more = new LinkedHashMap<>(outputs);
        more.put(status, output);
        return new Route(method, path, id, summary, group, guard, target, query, input, more, handler);
    }

    Route by(Handler other) {
        return new Route(method, path, id, summary, group, guard, target, query, input, outputs, other);
    }

    /** Whether it changes anything but by calling an agent; that is audited. */
    boolean isAudited() {
        return !method.equals("GET") && !guard.scope().isEmpty();
    }

    /** Whether an agent is called by it: who may is seen there, and a key has it done once. */
    boolean callsAgent() {
        return method.equals("POST") && guard.equals(Guard.RECOGNISED);
    }

    /** Whether its answer is a stream of events. */
    boolean streams() {
        for (Output output : outputs.values()) {
            if (output.type().equals(EventWriter.TYPE)) {
                return true;
            }
        }
        return false;
    }

    /** The names in the path. */
    List<String> pathNames() {
        List<String> names = new ArrayList<>();
        for (String piece : path.split("[{<]", -1)) {
            int close = piece.indexOf('}') >= 0 ? piece.indexOf('}') : piece.indexOf('>');
            if (close >= 0) {
                names.add(piece.substring(0, close));
            }
        }
        return names;
    }
}
