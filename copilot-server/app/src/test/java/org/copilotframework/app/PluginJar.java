package org.copilotframework.app;

import java.nio.file.Path;
import org.copilotframework.testplugins.PluginJars;

/** The plugins that the tests of the command line ask. */
final class PluginJar {
    private final Path folder;

    PluginJar(Path folder) {
        this.folder = folder;
    }

    /** An agent {@code greet} that says the given word. */
    Path greeter(String version, String word) {
        return build("greeter", version, """
                @AgentInfo(name = "greet", description = "Greets whoever asks.")
                public final class Greet implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) {
                        context.progress("thinking of a greeting", 0.5);
                        return AgentReply.text("%s, " + request.text() + "!");
                    }
                }
                """.formatted(word));
    }

    /** An agent {@code sum} that takes and gives records. */
    Path adder() {
        return build("adder", "1.0.0", """
                @AgentInfo(name = "sum", description = "Adds two numbers.")
                public final class Sum extends TypedAgent<Sum.Numbers, Sum.Total> {
                    public record Numbers(@Doc("the first number") int a, @Default("1") int b) {}
                    public record Total(int total) {}
                    protected Total answer(Numbers numbers, AgentContext context) {
                        return new Total(numbers.a() + numbers.b());
                    }
                }
                """);
    }

    /** An agent {@code moody} that fails, or waits until nobody wants its answer. */
    Path moody() {
        return build("moody", "1.0.0", """
                @AgentInfo(name = "moody")
                public final class Moody implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
                        if (request.text().equals("fail")) {
                            throw new IllegalStateException("not today");
                        }
                        Thread.sleep(60_000);
                        return AgentReply.text("at last");
                    }
                }
                """);
    }

    /** An agent {@code cite} whose reply has a text, and data that says the same again. */
    Path citing() {
        return build("citing", "1.0.0", """
                @AgentInfo(name = "cite")
                public final class Cite implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) {
                        return AgentReply.of("It says so.", java.util.Map.of("source", "a.md"));
                    }
                }
                """);
    }

    /** The agent {@code hello} of the examples. */
    Path greeting() {
        return build("hello", "1.0.0", """
                @AgentInfo(name = "hello", description = "Greets whoever asks.")
                public final class HelloAgent implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) {
                        return AgentReply.text("Hello, " + request.text() + "!");
                    }
                }
                """);
    }

    /** An agent {@code recall} that says what was said in its session before. */
    Path recalling() {
        return build("recalling", "1.0.0", """
                @AgentInfo(name = "recall")
                public final class Recall implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) {
                        var session = context.session().orElseThrow();
                        session.put("last", request.text());
                        String before = session.history(10).stream()
                                .map(turn -> turn.request().text())
                                .collect(java.util.stream.Collectors.joining(", "));
                        return AgentReply.text(before.isEmpty() ? "Nothing yet." : "Before: " + before + ".");
                    }
                }
                """);
    }

    /** An agent {@code order} that asks before it does what it is told, twice if the answer is "what?". */
    Path ordering() {
        return build("ordering", "1.0.0", """
                @AgentInfo(name = "order")
                public final class Order implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) {
                        if (context.activation() == 1 || request.text().equals("what?")) {
                            return AgentReply.inputRequired("Shall I order " + context.firstMessage().text() + "?");
                        }
                        return AgentReply.text(request.text().equals("yes") ? "Ordered." : "Not ordered.");
                    }
                }
                """);
    }

    /**
     * An agent {@code steady} that does two steps, each a line in the file "steps" of the folder that it is told. In
     * between it makes a file "waiting" and waits for a file "go".
     */
    Path steady() {
        return build("steady", "1.0.0", """
                @AgentInfo(name = "steady")
                public final class Steady implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
                        var folder = java.nio.file.Path.of(request.text());
                        String first = context.step("first", String.class, key -> line(folder, "first"));
                        java.nio.file.Files.writeString(folder.resolve("waiting"), first);
                        while (!java.nio.file.Files.exists(folder.resolve("go"))) {
                            Thread.sleep(20);
                        }
                        String second = context.step("second", String.class, key -> line(folder, "second"));
                        return AgentReply.text(first + " and " + second);
                    }

                    private static String line(java.nio.file.Path folder, String text) throws Exception {
                        java.nio.file.Files.writeString(folder.resolve("steps"), text + "\\n",
                                java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
                        return text;
                    }
                }
                """);
    }

    /** An agent {@code huge} whose reply is as deep as data may be, or has more than half of the values that it may have. */
    Path huge() {
        return build("huge", "1.0.0", """
                @AgentInfo(name = "huge")
                public final class Huge implements Agent {
                    public AgentReply handle(AgentRequest request, AgentContext context) {
                        Object tree = java.util.Collections.nCopies(request.text().equals("wide") ? 600_000 : 1, 7);
                        for (int depth = 1; depth < 64 && request.text().equals("deep"); depth++) {
                            tree = java.util.List.of(tree);
                        }
                        return AgentReply.of("so much", tree);
                    }
                }
                """);
    }

    Path build(String id, String version, String type) {
        String name = "plugin." + type.replaceAll("(?s).*?final class (\\w+).*", "$1");
        return PluginJars.plugin(id, version)
                .source(name, "package plugin;\nimport org.copilotframework.api.agent.*;\n" + type)
                .extension(name)
                .build(folder);
    }
}
