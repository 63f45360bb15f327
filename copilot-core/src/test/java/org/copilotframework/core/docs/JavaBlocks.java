package org.copilotframework.core.docs;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The Java of one page. A block that declares a class or record at its margin is a file of its own, with the imports below
 * unless it brings its own; its page's other blocks see it. Any other block is the body of a method that is given one of each
 * thing that an application or an agent has at hand.
 */
final class JavaBlocks {
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |final |abstract |sealed )*(?:class|record|interface|enum) (\\w+)");
    private static final List<String> IMPORTS = List.of(
            "java.io.*",
            "java.net.URI",
            "java.nio.charset.StandardCharsets",
            "java.nio.file.*",
            "java.time.*",
            "java.util.*",
            "java.util.concurrent.*",
            "org.copilotframework.api.agent.*",
            "org.copilotframework.api.caller.*",
            "org.copilotframework.api.client.*",
            "org.copilotframework.api.error.*",
            "org.copilotframework.api.message.*",
            "org.copilotframework.api.plugin.*",
            "org.copilotframework.api.run.*",
            "org.copilotframework.api.session.*",
            "org.copilotframework.core.*",
            "org.pf4j.Extension");

    private JavaBlocks() {}

    /** Sources by class name. */
    static Map<String, String> sources(Page page) {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Page.Block block : page.blocks()) {
            if (block.language().equals("java") && block.quoted().isEmpty()) {
                Matcher type = TYPE.matcher(block.code());
                boolean whole = type.find();
                String name = whole ? type.group(1) : "Line" + block.line();
                if (sources.put("shown." + name, whole ? file(block.code()) : method(name, block.code())) != null) {
                    throw new IllegalArgumentException(page + " declares " + name + " twice");
                }
            }
        }
        return sources;
    }

    /** What the compiler says against the sources; empty if nothing. */
    static List<String> faults(Map<String, String> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        List<Source> units = new ArrayList<>();
        sources.forEach((name, code) -> units.add(new Source(name, code)));
        // Attributed and checked, and not written anywhere.
        List<String> options = List.of("--release", "17", "-proc:none", "-Xlint:none", "-implicit:none");
        boolean right = units.isEmpty()
                || compiler.getTask(null, new Nowhere(compiler), said, options, null, units)
                        .call();
        return right
                ? List.of()
                : said.getDiagnostics().stream()
                        .map(one -> one.toString().strip())
                        .toList();
    }

    private static String file(String code) {
        return code.contains("import ") ? "package shown;\n" + code : head() + code;
    }

    private static String method(String name, String code) {
        return head() + "class " + name
                + " { void shown(Orchestrator copilot, Client client, Path plugins, Path archive,"
                + " AgentRequest request, AgentContext context, PluginContext plugin) throws Exception {\n" + code
                + "} }\n";
    }

    private static String head() {
        StringBuilder head = new StringBuilder("package shown;\n");
        IMPORTS.forEach(name -> head.append("import ").append(name).append(";\n"));
        return head.toString();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String code;

        Source(String name, String code) {
            super(URI.create("memory:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }

    private static final class Nowhere
            extends javax.tools.ForwardingJavaFileManager<javax.tools.StandardJavaFileManager> {
        Nowhere(JavaCompiler compiler) {
            super(compiler.getStandardFileManager(null, null, null));
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public java.io.OutputStream openOutputStream() {
                    return java.io.OutputStream.nullOutputStream();
                }
            };
        }
    }
}
