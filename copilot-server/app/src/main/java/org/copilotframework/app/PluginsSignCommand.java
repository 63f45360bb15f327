package org.copilotframework.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "sign",
        description = {
            "Signs a plugin's archive, a JAR or ZIP, as jarsigner does.",
            "A host that asks for signatures (copilot.plugins.trust=signed) takes it if its truststore has the certificate."
        })
final class PluginsSignCommand extends Command {
    private static final String DEFAULT_VARIABLE = "COPILOT_KEYSTORE_PASSWORD";

    @Parameters(paramLabel = "FILE", description = "The plugin's archive; it is signed in its place.")
    private Path file = Path.of("");

    @Option(
            names = "--keystore",
            paramLabel = "FILE",
            required = true,
            description = "A PKCS12 or JKS file with the key and its certificate.")
    private Path keystore = Path.of("");

    @Option(names = "--alias", paramLabel = "NAME", description = "The key's name in there, if there are several.")
    private @Nullable String alias;

    @Option(
            names = "--password-env",
            paramLabel = "NAME",
            description =
                    "The variable of the environment that holds the keystore's password (default: ${DEFAULT-VALUE}).",
            defaultValue = DEFAULT_VARIABLE)
    private String variable = DEFAULT_VARIABLE;

    @Option(
            names = "--tsa",
            paramLabel = "URL",
            description =
                    "An authority of times to see the signature, which then counts after the certificate has expired.")
    private @Nullable URI tsa;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write the signed archive instead.")
    private @Nullable Path out;

    PluginsSignCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(Terminal terminal) throws IOException {
        if (ModuleLayer.boot().findModule(ArchiveSigning.MODULE).isEmpty()) {
            throw new InvalidRequestException("this Java has no tool to sign with (module " + ArchiveSigning.MODULE
                    + "); run the command with a JDK, or sign with the jarsigner of one");
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidRequestException("there is no file " + file + "; name a plugin's JAR or ZIP");
        }
        String password = surroundings.environment().get(variable);
        if (password == null) {
            throw new InvalidRequestException(
                    variable + " is not set; set this variable of the environment to the password" + " of " + keystore
                            + ", or name another by --password-env");
        }
        SigningKey key = SigningKey.read(keystore, alias, password);
        terminal.progress("signing " + file.getFileName());
        Path signed = out == null ? file : out;
        String digest = ArchiveSigning.sign(file, signed, key, tsa);
        terminal.endProgress();
        Path sidecar = signed.resolveSibling(signed.getFileName() + ".sha256");
        if (Files.exists(sidecar)) {
            terminal.warn(sidecar + " is that of other bytes; write it again");
        }
        print(signed, digest, key, terminal);
    }

    private void print(Path signed, String digest, SigningKey key, Terminal terminal) {
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("file", signed.toString());
            view.put("digest", digest);
            view.put("signer", key.name());
            view.put("certificate", key.sha256());
            view.put("expires", key.expires().toString());
            view.put("stamped", tsa != null);
            terminal.object(view);
            return;
        }
        terminal.say("signed   " + signed);
        terminal.say("sha-256  " + digest);
        terminal.say("signer   " + key.name());
        terminal.say("certificate " + key.sha256());
        terminal.say(
                tsa == null
                        ? "The signature counts until the certificate expires, " + key.expires() + "."
                        : "The signature counts also after the certificate has expired, where " + tsa + " is trusted.");
    }
}
