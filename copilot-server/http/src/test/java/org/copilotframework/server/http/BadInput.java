package org.copilotframework.server.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What a server should not be sent: pieces of requests, as bytes in Latin-1. The same seed gives the same pieces. */
final class BadInput {
    private static final String MARK = "the-value-to-be-replaced";
    private static final String LONG = "a".repeat(3_000);

    /** For a place in a path or a query. */
    private static final List<String> PLACES = List.of(
            "..",
            ".",
            "",
            "%2e%2e",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "..%2f..%2f",
            "..%5c..",
            "%252e%252e%252f",
            "a%2fb",
            "a%2Fb%2F..%2Fc",
            ";",
            ";a=b",
            "..;",
            "..;/",
            "a;jsessionid=1",
            "%00",
            "a%00b",
            "%0d%0aX-Injected:%201",
            "%0aX-Injected:%201",
            "%ff",
            "%c0%ae%c0%ae",
            "%c0%80",
            "%ed%a0%80",
            "%f8%80%80%80%af",
            "%zz",
            "%",
            "%u002e",
            "\0",
            "\u00ff\u00fe",
            "a b",
            "a\tb",
            "{x}",
            "<script>",
            "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "'%20OR%201=1--",
            "${jndi:ldap://localhost/a}",
            "%e2%80%ae",
            "*",
            "-1",
            "99999999999999999999",
            "1e9999",
            "null",
            "true",
            "copilot.system",
            LONG,
            "%61".repeat(1_500),
            "a/".repeat(300),
            "nothing:invoke",
            ":",
            "%3Ainvoke",
            "#",
            "?",
            "&a=b",
            "=",
            "[]",
            "CON",
            "\\..\\..");

    /** For a value of JSON. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "-0.0",
            "1.5",
            "1e400",
            "-1e-400",
            "9223372036854775808",
            "-2147483649",
            "1" + "0".repeat(900),
            "1" + "0".repeat(5_000),
            "1e1000000000",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\u00ed\u00a0\u0080\"",
            "\"\u00c0\u0080\"",
            "\"\u00f8\u0080\u0080\u0080\u00af\"",
            "\"\u00ff\"",
            "\"a\\r\\nX-Injected: 1\"",
            "\"a\nb\"",
            "\"../../etc/passwd\"",
            "\"${jndi:ldap://localhost/a}\"",
            "\"" + LONG + LONG + "\"",
            "\"PT-1S\"",
            "\"PT0S\"",
            "\"P999999999999999999D\"",
            "\"PT9223372036854775807S\"",
            "\"not a constant\"",
            "\"copilot.system\"",
            "\"+1000000000-12-31T23:59:59Z\"",
            "[]",
            "{}",
            "[null]",
            "[\"*\", \"*\", 1]",
            "{\"\": {\"\": null}}",
            "{\"a\": 1, \"a\": 2}",
            "{\"__proto__\": {\"a\": 1}, \"@class\": \"Runtime\", \"$ref\": \"#\"}",
            "[".repeat(65) + "]".repeat(65),
            "{\"a\":".repeat(80) + "1" + "}".repeat(80),
            "[" + "1,".repeat(4_000) + "1]");

    /** For a whole body. */
    private static final List<String> BODIES = List.of(
            "",
            " ",
            "\0",
            "{",
            "}",
            "[",
            "\"",
            "{\"text\"",
            "{\"text\": ",
            "{\"text\": \"a\"",
            "{\"text\": \"a\"}}",
            "{\"text\": \"a\"} {\"text\": \"b\"}",
            "{\"text\": \"a\", \"text\": \"b\"}",
            "{text: 'a'}",
            "{\"text\": NaN}",
            "{\"text\": \"a\",}",
            "// a comment\n{}",
            "nul",
            "\u00ef\u00bb\u00bf{\"text\": \"a\"}",
            "\u00ff\u00fe{\0}\0",
            "\0{\0}",
            "{\"text\": \"\u00c0\u0080\"}",
            "[".repeat(50_000),
            "{\"a\":".repeat(20_000),
            "{\"text\": " + "9".repeat(50_000) + "}",
            "text=a&data=b",
            "<a>b</a>",
            "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na\r\n--x--\r\n",
            "PK\u0003\u0004" + "\0".repeat(100),
            "PK\u0005\u0006" + "\0".repeat(18),
            "\u001f\u008b\b\0\0\0\0\0",
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\n");

    /** For a header line, or several. */
    private static final List<String> HEADERS = List.of(
            "X-Tenant-Id: ",
            "X-Tenant-Id: ../acme",
            "X-Tenant-Id: acme\r\nX-Tenant-Id: evil",
            "X-Tenant-Id: copilot.system",
            "X-Tenant-Id: a\0b",
            "X-Tenant-Id: \u00c3\u00a4\u00ff",
            "X-Tenant-Id: " + LONG,
            "Last-Event-ID: -1",
            "Last-Event-ID: 99999999999999999999",
            "Last-Event-ID: end",
            "Last-Event-ID: \u00ff",
            "Content-Type: ",
            "Content-Type: text/plain",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: application/json; charset=nothing",
            "Content-Type: application/json; charset=\"",
            "Content-Type: application/json;;;==",
            "Content-Type: application/json\r\nContent-Type: text/plain",
            "Content-Type: multipart/form-data",
            "Content-Type: */*",
            "Content-Type: \u00ff/\0",
            "Content-Encoding: gzip",
            "Content-Encoding: nothing",
            "Accept: text/html",
            "Accept: ;q=x,,/",
            "Accept-Encoding: gzip;q=x, *;q=nan,,",
            "Accept-Encoding: gzip",
            "If-None-Match: *",
            "If-None-Match: \"" + LONG + "\"",
            "If-None-Match: W/\", \"\",,",
            "If-Match: x",
            "If-Modified-Since: yesterday",
            "If-Range: \"",
            "Range: bytes=-",
            "Range: bytes=5-1,99999999999999999999-",
            "Range: bytes=" + "0-0,".repeat(500) + "0-0",
            "Idempotency-Key: ",
            "Idempotency-Key: \"" + LONG,
            "Idempotency-Key: a\tb\u00ff",
            "Idempotency-Key: one\r\nIdempotency-Key: two",
            "traceparent: 00-0-0-00",
            "traceparent: ff-" + "0".repeat(32) + "-" + "0".repeat(16) + "-ff",
            "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\ntracestate: " + "a=b,".repeat(600),
            "Origin: null",
            "Origin: https://evil.example",
            "Origin: \u00ff\0",
            "Cookie: \u00ff=\"; a",
            "Expect: 100-continue",
            "Expect: nothing",
            "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
            "Upgrade: h2c\r\nHTTP2-Settings: !!!",
            "X-Forwarded-For: 127.0.0.1, \u00ff",
            "Forwarded: for=\"[::1\";by==;;",
            "X-HTTP-Method-Override: DELETE",
            "X-Large: " + "a".repeat(20_000),
            "X-Many: 1\r\n".repeat(900) + "X-Many: 1",
            "X-Nul: a\0b",
            "X-Return: a\rX-Injected: 1",
            "X-Folded: a\r\n b",
            "X-Colonless",
            ": nameless",
            "X Blank: 1",
            "X-\u00ff: 1",
            "X-Before : 1");

    /** For what says how long the body is. */
    private static final List<String> LENGTHS = List.of(
            "Content-Length: -1",
            "Content-Length: x",
            "Content-Length: 99999999999999999999",
            "Content-Length: 4611686018427387904",
            "Content-Length: 2\r\nContent-Length: 3",
            "Content-Length: 2, 2",
            "Content-Length: 0x2",
            "Content-Length: 1073741825",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 3",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: ");

    private static final List<String> HOSTS = List.of(
            "",
            "Host: ",
            "Host: a\r\nHost: b",
            "Host: localhost:x",
            "Host: localhost:99999",
            "Host: [::1",
            "Host: \u00ff",
            "Host: " + LONG,
            "Host: evil.example/..");

    private static final List<String> CREDENTIALS = List.of(
            "Authorization: ",
            "Authorization: Bearer",
            "Authorization: Bearer ",
            "Authorization: Basic YTpi",
            "Authorization: bearer " + LONG,
            "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
            "Authorization: Bearer \0",
            "Authorization: Bearer \u00ff\u00fe",
            "Authorization: Bearer one\r\nAuthorization: Bearer two",
            "X-API-KEY: ck_a_b",
            "X-API-KEY: \r\nX-API-KEY: a");

    private static final List<String> METHODS = List.of(
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS",
            "TRACE",
            "CONNECT",
            "PROPFIND",
            "FROB",
            "get",
            "G\0T",
            "");

    private static final List<String> VERSIONS =
            List.of("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "");

    private final Random random;

    BadInput(long seed) {
        random = new Random(seed);
    }

    boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    int choice() {
        return random.nextInt(100);
    }

    String place() {
        return any(PLACES);
    }

    String body() {
        return any(BODIES);
    }

    String header() {
        return any(HEADERS);
    }

    String length() {
        return any(LENGTHS);
    }

    String host() {
        return any(HOSTS);
    }

    String credentials() {
        return any(CREDENTIALS);
    }

    String method() {
        return any(METHODS);
    }

    String version() {
        return any(VERSIONS);
    }

    /** JSON of a tree in which one value, wherever it is, is a bad one, or stands beside one that is not known. */
    String json(@Nullable Object tree) {
        int[] left = {random.nextInt(size(tree))};
        String marked = DescribedOperation.written(marked(tree, left));
        String bad = marked.replace("\"" + MARK + "\"", any(VALUES));
        return once(5) && bad.startsWith("{\"") ? "{\"more\":" + any(VALUES) + "," + bad.substring(1) : bad;
    }

    private static int size(@Nullable Object tree) {
        if (tree instanceof Map<?, ?> map) {
            return 1 + map.values().stream().mapToInt(BadInput::size).sum();
        } else if (tree instanceof List<?> list) {
            return 1 + list.stream().mapToInt(BadInput::size).sum();
        }
        return 1;
    }

    private static @Nullable Object marked(@Nullable Object tree, int[] left) {
        if (left[0]-- == 0) {
            return MARK;
        } else if (tree instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> other = new LinkedHashMap<>();
            map.forEach((name, value) -> other.put(name, marked(value, left)));
            return other;
        } else if (tree instanceof List<?> list) {
            return list.stream().map(one -> marked(one, left)).toList();
        }
        return tree;
    }

    /** With one byte that is another. */
    String changed(String text) {
        int at = random.nextInt(text.length());
        return text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
    }

    /** Somewhere cut off. */
    String cut(String text) {
        return text.isEmpty() ? text : text.substring(0, random.nextInt(text.length()));
    }
}
