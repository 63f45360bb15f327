package org.copilotframework.core.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedactionTest {
    private static final String SECRET = "Hush/a+b\"c\\d\n\u0001é~* =?Z";

    private final Redaction redaction = new Redaction(() -> List.of(SECRET, "abc"));

    @Test
    void aSecretIsTakenOutInEveryFormInWhichLibrariesWriteIt() {
        String url = URLEncoder.encode(SECRET, UTF_8);
        for (String form : List.of(
                SECRET,
                url,
                url.replace("+", "%20"),
                "Hush%2fa%2bb%22c%5cd%0a%01%c3%a9%7e%2a%20%3d%3fZ",
                "Hush%2Fa%2Bb%22c%5Cd%0A%01%C3%A9~%2A%20%3D%3FZ",
                "Hush/a+b\\\"c\\\\d\\n\\u0001é~* =?Z",
                "Hush\\/a+b\\\"c\\\\d\\n\\u0001é~* =?Z",
                "hush/a+b\"c\\d\n\u0001é~* =?z",
                Base64.getEncoder().encodeToString(SECRET.getBytes(UTF_8)),
                Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET.getBytes(UTF_8)))) {
            String text = "it says " + form + ", and abc";
            assertThat(redaction.isNeeded(text)).as(form).isTrue();
            assertThat(redaction.of(text)).as(form).startsWith("it says *****").endsWith(", and abc");
        }
    }

    @Test
    void aSecretIsFoundInBase64WhateverStandsAroundIt() {
        for (String before : List.of("", "u", "us", "use")) {
            for (String after : List.of("", "x", "xy")) {
                byte[] bytes = (before + SECRET + after).getBytes(UTF_8);
                for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                    String clean = redaction.of("Basic " + encoder.encodeToString(bytes));
                    assertThat(clean).contains("*****").hasSizeLessThan(24);
                }
            }
        }
    }

    @Test
    void whatIsTooShortIsNoSecret() {
        assertThat(new Redaction(() -> List.of("abc", "")).isNeeded("an abc YWJj"))
                .isFalse();
        assertThat(new Redaction(() -> List.of("Post")).of("a post for Post")).isEqualTo("a post for *****");
    }
}
