package org.copilotframework.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.pf4j.processor.ExtensionAnnotationProcessor;

/** A plugin compiled from source text, with the extension index that PF4J's processor writes. */
final class CompiledPlugin {
    private final Path folder;
    private final Properties told = new Properties();

    private CompiledPlugin(Path folder) {
        this.folder = folder;
    }

    /** A plugin of one class {@code plugin.Probe}, whose agent {@code probe} has these members. */
    static CompiledPlugin of(Path folder, String members) throws IOException {
        return of(folder, members, List.of());
    }

    static CompiledPlugin of(Path folder, String members, List<Path> libraries) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        Path source = Files.writeString(sources.resolve("Probe.java"), """
                package plugin;

                import org.copilotframework.api.agent.*;

                @AgentInfo(name = "probe")
                public class Probe implements Agent {
                    %s
                }
                """.formatted(members));
        CompiledPlugin plugin = new CompiledPlugin(folder);
        plugin.told(
                "classes", compile(source, folder.resolve("classes"), libraries).toString());
        plugin.told("manifest.Plugin-Id", "probe");
        plugin.told("manifest.Plugin-Version", "1.0.0");
        plugin.told("manifest.Copilot-Api", "1");
        return plugin;
    }

    /** A system property of the kit, by its name without the prefix. */
    CompiledPlugin told(String name, String value) {
        told.setProperty("copilot-testkit." + name, value);
        return this;
    }

    CompiledPlugin untold(String name) {
        told.remove("copilot-testkit." + name);
        return this;
    }

    Path pack() throws IOException {
        return PluginUnderTest.pack(told, folder);
    }

    /** Compiles one source file; gives the folder of its classes. */
    static Path compile(Path source, Path classes, List<Path> libraries) throws IOException {
        Files.createDirectories(classes);
        String classPath = System.getProperty("java.class.path");
        for (Path library : libraries) {
            classPath += System.getProperty("path.separator") + library;
        }
        List<String> options = List.of(
                "--release",
                "17",
                "-Xlint:none",
                "-processor",
                ExtensionAnnotationProcessor.class.getName(),
                "-classpath",
                classPath,
                "-d",
                classes.toString());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            if (!compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source))
                    .call()) {
                throw new IllegalArgumentException("the test's plugin does not compile:\n" + messages);
            }
        }
        return classes;
    }
}
