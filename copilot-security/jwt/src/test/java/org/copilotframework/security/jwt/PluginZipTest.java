package org.copilotframework.security.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.authentication.AuthenticatorProvider;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.storage.tck.ProviderZipKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is dropped into the host's folder. */
class PluginZipTest extends ProviderZipKit {
    @Override
    protected String id() {
        return "copilot-security-jwt";
    }

    @Override
    protected List<Expected> providers() {
        return List.of(new Expected(AuthenticatorProvider.class, "jwt"));
    }

    @Override
    protected List<String> packed() {
        return List.of("nimbus-jose-jwt-");
    }

    @Override
    protected List<String> unwanted() {
        return List.of("mock", "oauth2", "jackson", "kotlin", "okhttp", "netty", "bc");
    }

    @Test
    void aHostThatHasItInItsFolderOfPluginsAsksForTokens(@TempDir Path folder) throws IOException {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Files.copy(archive(), plugins.resolve("jwt.zip"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(new WithoutUs(before));
        try (Issuer issuer = new Issuer(Tokens.RSA.toPublicJWK());
                Orchestrator copilot = Orchestrator.builder()
                        .home(folder.resolve("home"))
                        .plugins(plugins)
                        .setting("copilot.security.authenticators", "jwt")
                        .setting("copilot.security.jwt.secret", Tokens.SECRET)
                        .setting("copilot.security.jwt.issuer", issuer.url())
                        .setting("copilot.security.jwt.audience", Tokens.AUDIENCE)
                        .setting("copilot.security.jwt.algorithms", "HS256,RS256")
                        .setting("copilot.security.jwt.timeout", "20s")
                        .start()) {
            String dev = new DevelopmentToken(
                            "dev", new TenantId("acme"), Set.of("*"), List.of(Tokens.AUDIENCE), Duration.ofMinutes(5))
                    .sign(Tokens.SECRET, Instant.now());
            Map<String, Object> claims = Tokens.claims(issuer.url());
            claims.put("iat", Instant.now().getEpochSecond());
            claims.put("exp", Instant.now().getEpochSecond() + 300);
            for (String token : List.of(dev, Tokens.by(Tokens.RSA, claims))) {
                Map<String, List<String>> headers = Map.of("Authorization", List.of("Bearer " + token));
                assertThat(copilot.access()
                                .admit(new Credentials(headers, List.of(), "192.0.2.1"))
                                .caller()
                                .tenant())
                        .isEqualTo(new TenantId("acme"));
            }
            assertThat(copilot.plugins().list())
                    .singleElement()
                    .satisfies(plugin -> assertThat(plugin.warnings()).isEmpty());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** The class path of this test without the provider of this module. */
    static final class WithoutUs extends ClassLoader {
        WithoutUs(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            URL ours = JwtSettings.class.getProtectionDomain().getCodeSource().getLocation();
            return Collections.enumeration(Collections.list(super.getResources(name)).stream()
                    .filter(url -> !name.startsWith("META-INF/services/")
                            || !url.toString().startsWith(ours.toString()))
                    .toList());
        }
    }
}
