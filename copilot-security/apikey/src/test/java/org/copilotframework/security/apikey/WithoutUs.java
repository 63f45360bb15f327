package org.copilotframework.security.apikey;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/** The class path of this test without the provider of this module. */
final class WithoutUs extends ClassLoader {
    WithoutUs(ClassLoader parent) {
        super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        URL ours = ApiKeySettings.class.getProtectionDomain().getCodeSource().getLocation();
        return Collections.enumeration(Collections.list(super.getResources(name)).stream()
                .filter(url -> !name.startsWith("META-INF/services/")
                        || !url.toString().startsWith(ours.toString()))
                .toList());
    }
}
