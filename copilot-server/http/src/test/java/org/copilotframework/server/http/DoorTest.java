package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorTest {
    /** Limits count networks by it, and what is in brackets is no address to them. */
    @ParameterizedTest
    @CsvSource({"[2001:db8::1], 2001:db8::1", "2001:db8::1, 2001:db8::1", "192.0.2.1, 192.0.2.1"})
    void whereItComesFromIsABareAddress(String told, String bare) {
        assertThat(Proxies.peer(from(told))).isEqualTo(bare);
    }

    /** A request without headers. */
    private static HttpServletRequest from(String address) {
        return (HttpServletRequest) Proxy.newProxyInstance(
                DoorTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "getRemoteAddr" -> address;
                    default -> null;
                });
    }
}
