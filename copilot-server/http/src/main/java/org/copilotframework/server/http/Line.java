package org.copilotframework.server.http;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import org.copilotframework.core.Access;
import org.copilotframework.server.http.tls.Tls;
import org.jspecify.annotations.Nullable;

/**
 * What lies between clients and the face.
 *
 * @param secretOnly whether nothing is answered that others could read on its way
 * @param believed whether somebody who has shown certificates is believed now; he was when he connected
 */
record Line(boolean secretOnly, Predicate<List<X509Certificate>> believed) {
    /** That of a container, which sees to it. */
    static final Line CONTAINERS = new Line(false, chain -> true);

    /**
     * That of a server of our own.
     *
     * @param tls null for none
     */
    static Line of(Access access, HttpSettings settings, @Nullable Tls tls) {
        return tls == null
                ? new Line(!settings.isLoopback() && !access.mayBeRead(), chain -> true)
                : new Line(false, tls::believes);
    }
}
