package org.copilotframework.core.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.ArrayList;
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
    void itIsFoundAsXmlAndAsWhoFearsHtmlWritesJson() {
        Redaction careful = new Redaction(() -> List.of("a<b>&'c\"=d\u00E9"));
        for (String form : List.of(
                "a&lt;b&gt;&amp;'c\"=d\u00E9",
                "a&lt;b&gt;&amp;&apos;c&quot;=d\u00E9",
                "a&lt;b&gt;&amp;&#39;c&quot;=d\u00E9",
                "a\\u003cb\\u003e\\u0026\\u0027c\\\"\\u003dd\u00E9",
                "a<b>&'c\\\"=d\\u00e9",
                "a%3Cb%3E&'c%22=d%C3%A9")) {
            assertThat(careful.of("<" + form + ">")).as(form).isEqualTo("<*****>");
        }
    }

    @Test
    void aSecretThatMayBeAWordIsTakenOutWhereItStandsAlone() {
        Redaction words = new Redaction(() -> List.of("copilot", "test", "1234", "postgres"));
        for (String harmless : List.of(
                "org.copilotframework.core",
                "the latest of tests",
                "run 51234 at 2026-01-01T12:34:56.123456Z",
                "postgresql://h/x")) {
            assertThat(words.of(harmless)).isEqualTo(harmless);
            assertThat(words.isNeeded(harmless)).isFalse();
        }
        assertThat(words.of("copilot:test@h,password=1234;pin_1234 \"postgres\""))
                .isEqualTo("*****:*****@h,password=*****;pin_***** \"*****\"");
        assertThat(words.of("?key%3Dtest&x=\\ntest\\u0022test latest"))
                .as("behind an escape")
                .isEqualTo("?key%3D*****&x=\\n*****\\u0022***** latest");
        assertThat(words.of("testtest attest test")).isEqualTo("testtest attest *****");
        // Of bytes nobody sees where a word ends.
        assertThat(words.of(Base64.getEncoder().encodeToString("me:postgres".getBytes(UTF_8))))
                .contains("*****");
    }

    @Test
    void whereAKeyBeginsIsNoSecretAndItsLinesAre() {
        String line = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
        Redaction keys =
                new Redaction(() -> List.of("-----BEGIN PRIVATE KEY-----\n" + line + "\n-----END PRIVATE KEY-----"));
        assertThat(keys.of("no -----BEGIN PRIVATE KEY----- in it, but\n " + line + " x"))
                .isEqualTo("no -----BEGIN PRIVATE KEY----- in it, but\n ***** x");
    }

    @Test
    void whatBecomesKnownIsTakenOutFromThenOn() {
        List<String> known = new ArrayList<>(List.of("first-canary"));
        Redaction growing = new Redaction(() -> known);
        assertThat(growing.of("first-canary second-canary")).isEqualTo("***** second-canary");
        known.add("second-canary");
        assertThat(growing.of("first-canary second-canary")).isEqualTo("***** *****");
        known.clear();
        assertThat(growing.isNeeded("first-canary second-canary")).isFalse();
    }

    @Test
    void whatIsTooShortIsNoSecret() {
        assertThat(new Redaction(() -> List.of("abc", "")).isNeeded("an abc YWJj"))
                .isFalse();
        assertThat(new Redaction(() -> List.of("Post")).of("a post for Post")).isEqualTo("a post for *****");
    }
}
