package org.copilotframework.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.api.agent.Agent;
import org.pf4j.ExtensionPoint;

/**
 * Writes plugins of one class. The class is compiled once; the others are copies of it in which the four digits of its name
 * and of its version are replaced, so that 500 of them take a second.
 *
 * <p>Each instance announces itself, when it is made, to the consumer in the system properties under {@link #MADE}: the same on
 * both sides of a comparison. Its reply tells its version and its identity.
 */
final class PluginArchives {
    /** A {@code Consumer<Object>} in the system properties, told of each agent that is made. */
    static final String MADE = "copilot.benchmarks.made";

    private static final String NUMBER = "9876";
    private static final String VERSION = "5432";
    private static final String TYPE = "plugin.p" + NUMBER + ".OnlyAgent";
    private static final String SOURCE = """
            package plugin.p9876;

            import org.copilotframework.api.agent.*;

            @AgentInfo(name = "agent-9876")
            public class OnlyAgent implements Agent {
                @SuppressWarnings("unchecked")
                public OnlyAgent() {
                    Object made = System.getProperties().get("copilot.benchmarks.made");
                    if (made != null) {
                        ((java.util.function.Consumer<Object>) made).accept(this);
                    }
                }

                @Override
                public AgentReply handle(AgentRequest request, AgentContext context) {
                    return AgentReply.text("5432 " + System.identityHashCode(this));
                }
            }
            """;

    private final byte[] compiled = compile("OnlyAgent", SOURCE);

    /** The name of the one agent of a plugin. */
    static String agent(int number) {
        return "agent-" + digits(number);
    }

    static String id(int number) {
        return "plugin-" + digits(number);
    }

    /** Writes one plugin whose version is {@code 1.<version>.0}. */
    Path write(Path folder, int number, int version) throws IOException {
        // Latin-1 keeps every byte; the digits keep the lengths in the constant pool right.
        String bytes = new String(compiled, StandardCharsets.ISO_8859_1)
                .replace(NUMBER, digits(number))
                .replace(VERSION, digits(version));
        return write(
                folder,
                id(number),
                "1." + version + ".0",
                TYPE.replace(NUMBER, digits(number)),
                bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Writes a plugin of one class. */
    static Path write(Path folder, String id, String version, String type, byte[] bytes) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Plugin-Id", id);
        attributes.putValue("Plugin-Version", version);
        attributes.putValue(ApiGeneration.MANIFEST_ATTRIBUTE, Integer.toString(ApiGeneration.CURRENT));
        Path file = folder.resolve(id + "-" + version + ".jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            jar.putNextEntry(new JarEntry("META-INF/extensions.idx"));
            jar.write((type + "\n").getBytes(StandardCharsets.UTF_8));
            jar.putNextEntry(new JarEntry(type.replace('.', '/') + ".class"));
            jar.write(bytes);
        }
        return file;
    }

    static String digits(int number) {
        return String.format(Locale.ROOT, "%04d", number);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) tree.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    /** Compiles a class that has none within it. */
    static byte[] compile(String simpleName, String text) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("the benchmarks need a JDK: this Java has no compiler");
        }
        ByteArrayOutputStream classFile = new ByteArrayOutputStream();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocationFromPaths(
                    StandardLocation.CLASS_PATH, List.of(jarOf(Agent.class), jarOf(ExtensionPoint.class)));
            JavaFileManager memory = new ForwardingJavaFileManager<JavaFileManager>(files) {
                @Override
                public JavaFileObject getJavaFileForOutput(
                        Location location, String name, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
                    return new SimpleJavaFileObject(URI.create("memory:///" + name + ".class"), kind) {
                        @Override
                        public OutputStream openOutputStream() {
                            return classFile;
                        }
                    };
                }
            };
            JavaFileObject source =
                    new SimpleJavaFileObject(
                            URI.create("memory:///" + simpleName + ".java"), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return text;
                        }
                    };
            List<String> options = List.of("--release", "17", "-proc:none", "-Xlint:none");
            if (!compiler.getTask(messages, memory, null, options, null, List.of(source))
                    .call()) {
                throw new IllegalStateException("the benchmarks' plugin does not compile:\n" + messages);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classFile.toByteArray();
    }

    private static Path jarOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
