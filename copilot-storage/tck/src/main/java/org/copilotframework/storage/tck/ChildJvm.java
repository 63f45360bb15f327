package org.copilotframework.storage.tck;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;

/** A second process on the class path of the test, and how it is told which store it is about. */
final class ChildJvm {
    private ChildJvm() {}

    static ProcessBuilder of(Class<?> main, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // It lives for seconds: what begins soon matters more than what is fast later.
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath(), main.getName()));
        return new ProcessBuilder(command);
    }

    /** Over its standard input: arguments would show a password to the whole machine. */
    static void tell(DataOutputStream out, StoreUnderTest store) throws IOException {
        out.writeUTF(store.provider().getClass().getName());
        out.writeUTF(store.url());
        out.writeUTF(store.home().toString());
        out.writeInt(store.settings().size());
        for (Map.Entry<String, String> setting : store.settings().entrySet()) {
            out.writeUTF(setting.getKey());
            out.writeUTF(setting.getValue());
        }
        out.flush();
    }

    /** Opens the store that this process was told of. */
    static Storage open(DataInputStream in) throws IOException, ReflectiveOperationException {
        StorageProvider provider = Class.forName(in.readUTF())
                .asSubclass(StorageProvider.class)
                .getConstructor()
                .newInstance();
        String url = in.readUTF();
        Path home = Path.of(in.readUTF());
        Map<String, String> settings = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            settings.put(in.readUTF(), in.readUTF());
        }
        return provider.open(StorageUrl.parse(url), new KitContext(settings, home));
    }

    /** Surefire may hide the class path of the tests in the manifest of a jar; then it says it in a property. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
