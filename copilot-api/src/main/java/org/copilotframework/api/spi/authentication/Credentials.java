package org.copilotframework.api.spi.authentication;

import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * What came with a request to show who makes it.
 *
 * @param headers the request's headers: names in lower case, the values of each in the order in which they came
 * @param certificates the chain that the client has shown over TLS, its own first; verified against the truststore already; empty if
 *     it showed none
 * @param remote the address that the request came from, as far as the face can tell; for limits and for the audit, never a proof
 */
public record Credentials(Map<String, List<String>> headers, List<X509Certificate> certificates, String remote) {
    /** Copies, and brings the names of headers to lower case. */
    public Credentials {
        Map<String, List<String>> lower = new HashMap<>();
        // The same name in another case is the same header: what is there twice must be seen to be.
        headers.forEach((name, values) -> lower.merge(
                name.toLowerCase(Locale.ROOT),
                List.copyOf(values),
                (some, more) -> Stream.concat(some.stream(), more.stream()).toList()));
        headers = Map.copyOf(lower);
        certificates = List.copyOf(certificates);
    }

    /**
     * A header that may be there once at most.
     *
     * @param name its name, in any case
     * @return its value, without blanks around it; empty if it is not there
     * @throws InvalidRequestException if it is there twice: two parties might then read different ones
     */
    public Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
        if (values.size() > 1) {
            throw new InvalidRequestException("header " + name + " is there " + values.size() + " times; send it once");
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0).strip());
    }

    /** {@return how many headers and certificates there are; none of their values, which are secrets} */
    @Override
    public String toString() {
        return "Credentials[" + headers.size() + " headers, " + certificates.size() + " certificates, from " + remote
                + "]";
    }
}
