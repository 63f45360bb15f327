package org.copilotframework.security.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.copilotframework.api.spi.secret.SecretSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever logs are switched on, those of the SDK and of the JDK among them: no data key and no secret is in them. */
class LogsTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final java.util.logging.Logger jdk = LogManager.getLogManager().getLogger("");
    private final AppenderBase<ILoggingEvent> memory = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    };
    private final Handler jdkMemory = new Handler() {
        @Override
        public void publish(LogRecord event) {
            lines.add(event.getLoggerName() + " " + event.getMessage() + " " + event.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listenToAll() {
        memory.start();
        root.addAppender(memory);
        root.getAppender("STDOUT").addFilter(new ch.qos.logback.core.filter.Filter<>() {
            @Override
            public ch.qos.logback.core.spi.FilterReply decide(ILoggingEvent event) {
                return event.getLevel().isGreaterOrEqual(Level.WARN)
                        ? ch.qos.logback.core.spi.FilterReply.NEUTRAL
                        : ch.qos.logback.core.spi.FilterReply.DENY;
            }
        });
        root.setLevel(Level.TRACE);
        jdk.addHandler(jdkMemory);
        jdk.setLevel(java.util.logging.Level.ALL);
    }

    @AfterEach
    void listenNoMore() {
        root.detachAppender(memory);
        root.getAppender("STDOUT").clearAllFilters();
        root.setLevel(Level.WARN);
        jdk.removeHandler(jdkMemory);
        jdk.setLevel(java.util.logging.Level.INFO);
    }

    @Test
    void noKeyAndNoSecretIsInAnyLog() {
        byte[] key = "canary-of-a-key-of-32-characters".getBytes(UTF_8);
        try (FakeAws aws = new FakeAws()) {
            aws.kms.create("alias/copilot");
            aws.secrets.put("secret", "canary-before");
            aws.secrets.put("secret", "canary-secret");
            try (KeyWrapper wrapper = Given.wrapper(aws, "alias/copilot");
                    SecretSource source = Given.source(aws, "", Given.PATIENT)) {
                WrappedKey wrapped = wrapper.wrap(key, Given.CONTEXT);
                assertThat(wrapper.unwrap(wrapped, Given.CONTEXT)).isEqualTo(key);
                assertThat(source.read("secret")).isPresent();
                aws.rule(any -> FakeAws.error(500, "InternalFailure"));
                assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> source.read("secret")))
                        .isNotNull();
            }
        }
        assertThat(lines)
                .as("the logs are on")
                .anyMatch(line -> line.contains("secretsmanager") || line.contains("GetSecretValue"));
        String all = String.join("\n", lines);
        for (String canary : new String[] {"canary-of-a-key-of-32-characters", "canary-before", "canary-secret"}) {
            String coded = Base64.getEncoder().encodeToString(canary.getBytes(UTF_8));
            assertThat(all.contains(canary)).as(canary).isFalse();
            assertThat(all.contains(coded.substring(0, coded.length() - 4)))
                    .as("%s in base64", canary)
                    .isFalse();
        }
        assertThat(all.contains("hidden-access-key")).as("the credentials").isFalse();
    }
}
