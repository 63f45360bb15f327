package org.copilotframework.example.docs;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the machine code of the tokenizer and of ONNX Runtime in a way that a host can load twice and unload.
 *
 * <p>The JVM ties a native library to one class loader by the path of its file. Left to itself the tokenizer unpacks
 * to one path for the whole user ({@code ~/.djl.ai}), so that a second class loader fails with "already loaded in
 * another classloader"; it also asks a cloud's metadata address who it is, and brings in JNA, whose threads keep the
 * class loader alive. Here each class loader unpacks to a folder of its own, and the tokenizer's JNI class is used
 * without the layer that does all that.
 *
 * <p>ONNX Runtime's own start would make a folder under {@code java.io.tmpdir} and have the JVM remember it until it ends, and
 * would take the folder of its libraries from a system property. Here its class is given what that start gives it, and finds
 * itself started. That reaches members of ONNX Runtime 1.20.0 that are not public; another version is noticed.
 */
final class Natives {
    private static final Logger log = LoggerFactory.getLogger(Natives.class);
    /** The version of the native interface that ONNX Runtime's Java classes ask for. */
    private static final int ONNX_API = 14;

    private static final String FOLDER_PREFIX = "natives-";
    private static boolean loaded;

    private Natives() {}

    /**
     * Unpacks the libraries below {@code directory} and loads them; does nothing after the first time in this class
     * loader. Nothing is written elsewhere.
     *
     * @throws IOException if the libraries cannot be unpacked, or there are none for this machine
     */
    static synchronized void load(Path directory) throws IOException {
        if (!loaded) {
            unpackAndLoad(directory);
            loaded = true;
        }
    }

    private static void unpackAndLoad(Path directory) throws IOException {
        Machine machine = Machine.current();
        Files.createDirectories(directory);
        deleteLeftovers(directory);
        Path own = Files.createTempDirectory(directory.toAbsolutePath(), FOLDER_PREFIX);
        try {
            for (String library : machine.tokenizerLibraries()) {
                System.load(unpack("native/lib/" + machine.tokenizerFolder() + "/cpu/" + library, own));
            }
            for (String library : machine.onnxLibraries()) {
                System.load(unpack("ai/onnxruntime/native/" + machine.onnxFolder() + "/" + library, own));
            }
            startOnnxRuntime();
        } finally {
            // Linux and macOS keep the code mapped when its file is gone; Windows lets go of it at the next start.
            delete(own);
        }
    }

    private static String unpack(String resource, Path folder) throws IOException {
        try (InputStream in = Natives.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("There is no native library for this machine: " + resource + " is not packed");
            }
            Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
            Files.copy(in, file);
            return file.toString();
        }
    }

    private static void startOnnxRuntime() throws IOException {
        try {
            Class<?> runtime = Class.forName("ai.onnxruntime.OnnxRuntime");
            MethodHandles.Lookup inside = MethodHandles.privateLookupIn(runtime, MethodHandles.lookup());
            long api =
                    (long) inside.findStatic(runtime, "initialiseAPIBase", MethodType.methodType(long.class, int.class))
                            .invoke(ONNX_API);
            if (api == 0) {
                throw new IOException("ONNX Runtime's machine code is not of the version of its classes");
            }
            inside.findStaticSetter(runtime, "ortApiHandle", long.class).invoke(api);
            EnumSet<?> providers = (EnumSet<?>)
                    inside.findStatic(runtime, "initialiseProviders", MethodType.methodType(EnumSet.class, long.class))
                            .invoke(api);
            inside.findStaticSetter(runtime, "providers", EnumSet.class).invoke(providers);
            String version =
                    (String) inside.findStatic(runtime, "initialiseVersion", MethodType.methodType(String.class))
                            .invoke();
            inside.findStaticSetter(runtime, "version", String.class).invoke(version);
            inside.findStaticSetter(runtime, "loaded", boolean.class).invoke(true);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("ONNX Runtime is not the version that this plugin was written for", e);
        }
    }

    /** What a killed process, or Windows, left behind. Young folders stay: another process may be about to load them. */
    private static void deleteLeftovers(Path directory) throws IOException {
        Instant old = Instant.now().minus(Duration.ofHours(1));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, FOLDER_PREFIX + "*")) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(old)) {
                    delete(folder);
                }
            }
        }
    }

    private static void delete(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            log.debug("{} is still in use and stays for now: {}", folder, e.toString());
        }
    }

    /** This machine, in the words of both libraries. */
    private record Machine(String os, boolean arm) {
        static Machine current() throws IOException {
            String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
            String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
            boolean arm = arch.equals("aarch64");
            if (!arm && !arch.equals("amd64") && !arch.equals("x86_64")) {
                throw new IOException("There is no native library for the processor " + arch);
            }
            return new Machine(os.startsWith("win") ? "win" : os.startsWith("mac") ? "osx" : "linux", arm);
        }

        String tokenizerFolder() {
            return os + (arm ? "-aarch64" : "-x86_64");
        }

        List<String> tokenizerLibraries() {
            String library = System.mapLibraryName("tokenizers");
            return os.equals("win")
                    ? List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", library)
                    : List.of(library);
        }

        String onnxFolder() {
            return os + (arm ? "-aarch64" : "-x64");
        }

        List<String> onnxLibraries() {
            return List.of(System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni"));
        }
    }
}
