package org.copilotframework.api.spi.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.Caller;
import org.junit.jupiter.api.Test;

/** What an endpoint for operators is asked and answers is not changed by anybody in between. */
class ManagementEndpointTest {
    @Test
    void aRequestIsItsOwn() {
        byte[] body = {1, 2};
        Map<String, List<String>> query = new HashMap<>(Map.of("level", List.of("debug")));
        ManagementRequest request = new ManagementRequest(Caller.local(), "PUT", "org.example", query, "", body);
        body[0] = 9;
        query.clear();
        request.body()[1] = 9;
        assertThat(request.body()).containsExactly(1, 2);
        assertThat(request.query()).containsOnlyKeys("level");
    }

    @Test
    void aTextIsAnsweredInUtf8() {
        ManagementResponse response = ManagementResponse.of("text/plain; charset=utf-8", "schön");
        response.body()[0] = 0;
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.contentType()).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.body()).isEqualTo("schön".getBytes(StandardCharsets.UTF_8));
    }
}
