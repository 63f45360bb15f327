package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.onnxruntime.OrtEnvironment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.logging.LogFactory;
import org.apache.fontbox.FontBoxFont;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.RandomAccessRead;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host needs to exchange this plugin without a restart: loaded twice, written nowhere else, collected after. */
class UnloadTest {
    @TempDir
    Path temp;

    @Test
    void twoCopiesWorkSideBySideAndEachIsCollectedAfterItsEnd() throws Exception {
        writeDocuments();
        Generation first = new Generation();
        Generation second = new Generation();

        assertThat(first.ask()).isEqualTo("paper.pdf, page 1 guide.md:3");
        assertThat(second.ask()).isEqualTo("paper.pdf, page 1 guide.md:3");
        assertCollected(first.end());
        assertThat(second.ask()).isEqualTo("paper.pdf, page 1 guide.md:3");
        assertCollected(second.end());
    }

    @Test
    void fiveGenerationsInARowAreCollectedAndTheirMachineCodeIsGone() throws Exception {
        writeDocuments();
        for (int i = 0; i < 5; i++) {
            Generation generation = new Generation();
            generation.ask();
            assertCollected(generation.end());
            awaitNoMachineCode();
        }
    }

    @Test
    void nothingIsWrittenOutsideTheFolderItIsGivenAndNothingIsLeftThere() throws Exception {
        writeDocuments();
        Path home = Path.of(System.getProperty("user.home"));
        Set<String> before = Stream.of(".djl.ai", ".cache", ".pdfbox.cache")
                .filter(name -> Files.exists(home.resolve(name)))
                .collect(TreeSet::new, Set::add, Set::addAll);
        Generation generation = new Generation();
        generation.ask();
        generation.end();

        assertThat(Stream.of(".djl.ai", ".cache", ".pdfbox.cache").filter(name -> Files.exists(home.resolve(name))))
                .containsExactlyElementsOf(before);
        assertThat(temp.resolve("work")).isEmptyDirectory();
    }

    @Test
    void theSystemsTemporaryFolderIsNotNeeded() throws Exception {
        writeDocuments();
        Path said = temp.resolve("said.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temp.resolve("there is no such folder"),
                        "-Duser.home=" + temp.resolve("nor this"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Asked.class.getName(),
                        temp.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(Files.readString(said)).endsWith("paper.pdf, page 1 guide.md:3");
        assertThat(process.exitValue()).isZero();
        assertThat(temp.resolve("nor this")).doesNotExist();
    }

    /** A process of its own, for what is decided when the JVM starts. */
    static final class Asked {
        public static void main(String[] folder) throws Exception {
            try (Work work = new Work(Path.of(folder[0]))) {
                System.out.print(work.call().call());
            }
        }
    }

    /** What runs inside a generation: all that the plugin does with its libraries. */
    static final class Work implements Callable<Callable<String>>, AutoCloseable {
        private final MiniLm model;
        private final Path documents;

        Work(Path folder) throws Exception {
            model = MiniLm.open(folder.resolve("work"), 2);
            documents = folder.resolve("documents");
        }

        @Override
        public Callable<String> call() {
            return () -> {
                Index index = new Indexer(model)
                        .update(
                                Index.EMPTY,
                                Folder.open(documents, Limits.DEFAULT),
                                (path, done, total) -> {},
                                () -> false)
                        .index();
                Search search = new Search(index);
                Answers answers = new Answers(model);
                return answers.to("How many legs does a spider have?", search)
                                .get(0)
                                .source() + " "
                        + answers.to("Where do penguins live?", search).get(0).source();
            };
        }

        @Override
        public void close() throws Exception {
            model.close();
        }
    }

    private final class Generation {
        private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
        private final Reference<ClassLoader> loader;
        private AutoCloseable work;
        private URLClassLoader classes;

        Generation() throws Exception {
            classes = new URLClassLoader(classPath(), new Shared());
            loader = new PhantomReference<>(classes, collected);
            var constructor = classes.loadClass(Work.class.getName()).getDeclaredConstructor(Path.class);
            constructor.setAccessible(true);
            work = (AutoCloseable) constructor.newInstance(temp);
        }

        String ask() throws Exception {
            return (String) ((Callable<?>) ((Callable<?>) work).call()).call();
        }

        /** Returns what is queued when the class loader is gone. */
        ReferenceQueue<Object> end() throws Exception {
            work.close();
            classes.close();
            work = null;
            classes = null;
            Reference.reachabilityFence(loader);
            return collected;
        }
    }

    private static void assertCollected(ReferenceQueue<Object> collected) throws InterruptedException {
        Reference<?> gone = null;
        for (int i = 0; i < 100 && gone == null; i++) {
            System.gc();
            gone = collected.remove(100);
        }
        assertThat(gone).as("the class loader was collected").isNotNull();
    }

    /**
     * Linux tells which files a process has mapped; elsewhere this promise is not tested. The JVM lets go of them on a thread of
     * its own, soon after the class loader is collected.
     */
    private void awaitNoMachineCode() {
        Path maps = Path.of("/proc/self/maps");
        if (Files.exists(maps)) {
            await().untilAsserted(() -> assertThat(
                            Files.readAllLines(maps).stream().filter(line -> line.contains(temp.toString())))
                    .isEmpty());
        }
    }

    /** What a host shows its plugins. */
    private static final class Shared extends ClassLoader {
        Shared() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("org.slf4j.") || name.startsWith("org.jspecify.")) {
                return UnloadTest.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }

    /** The plugin and its libraries, and nothing else of the test's class path. */
    private static URL[] classPath() {
        return Stream.of(
                        MiniLm.class,
                        UnloadTest.class,
                        EmbeddingModel.class,
                        AllMiniLmL6V2QuantizedEmbeddingModel.class,
                        TokenizersLibrary.class,
                        OrtEnvironment.class,
                        Loader.class,
                        RandomAccessRead.class,
                        FontBoxFont.class,
                        LogFactory.class,
                        Parser.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .distinct()
                .toArray(URL[]::new);
    }

    private void writeDocuments() throws IOException {
        Path documents = Files.createDirectory(temp.resolve("documents"));
        Files.writeString(
                documents.resolve("guide.md"), "# Penguins\n\nPenguins live in the south, on ice and rock.\n");
        Files.write(documents.resolve("paper.pdf"), Pdfs.of("A spider has eight legs and no wings."));
        Files.write(documents.resolve("broken.pdf"), new byte[100]);
    }
}
