package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.security.aws.FakeAws.Asked;
import org.copilotframework.security.aws.FakeKms.Key;
import org.junit.jupiter.api.Test;

/** The README's policies allow what the code asks for, and nothing else. Who decides is IAM, which is not here. */
class GrantsTest {
    @Test
    void thePoliciesListEachActionThatIsNeededAndNoOther() throws IOException {
        Set<String> needed;
        try (FakeAws aws = new FakeAws()) {
            Key key = aws.kms.create("alias/copilot", "alias/copilot-acme", "alias/copilot-copilot/host");
            aws.secrets.put("secret", "text");
            for (String name : new String[] {"alias/copilot", "alias/copilot-{tenant}"}) {
                try (KeyWrapper wrapper = Given.wrapper(aws, name)) {
                    WrappedKey wrapped = wrapper.wrap(Given.dataKey(), Given.CONTEXT);
                    assertThat(wrapper.isCurrent(wrapped, Given.CONTEXT)).isTrue();
                    assertThat(wrapper.unwrap(wrapped, Given.CONTEXT)).isEqualTo(Given.dataKey());
                    assertThat(wrapped.keyId()).isEqualTo(key.arn);
                }
            }
            try (SecretSource source = Given.source(aws, "", Given.PATIENT)) {
                assertThat(source.read("secret")).isPresent();
            }
            needed = aws.asked().stream().map(Asked::action).collect(Collectors.toCollection(TreeSet::new));
        }
        Set<String> listed = new TreeSet<>();
        Matcher policies =
                Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        while (policies.find()) {
            Matcher action =
                    Pattern.compile("\"((?:kms|secretsmanager):[A-Za-z*]+)\"").matcher(policies.group(1));
            while (action.find()) {
                listed.add(action.group(1));
            }
        }
        assertThat(listed).containsExactlyInAnyOrderElementsOf(needed);
    }
}
