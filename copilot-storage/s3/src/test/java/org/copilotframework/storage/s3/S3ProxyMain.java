package org.copilotframework.storage.s3;

import java.net.URI;
import java.util.Properties;

/**
 * What runs in the process of S3Proxy: its own server, on the loopback interface and a free port, as long as the process that
 * started it is there. Its arguments are access key, secret, and a folder, or nothing to keep all in memory. All by name, since
 * its libraries are on the class path of that process alone.
 */
public final class S3ProxyMain {
    private S3ProxyMain() {}

    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        settings.setProperty("s3proxy.endpoint", "http://127.0.0.1:0");
        settings.setProperty("s3proxy.authorization", "aws-v4");
        settings.setProperty("s3proxy.identity", arguments[0]);
        settings.setProperty("s3proxy.credential", arguments[1]);
        boolean inMemory = arguments.length == 2;
        settings.setProperty("jclouds.provider", inMemory ? "transient" : "filesystem");
        if (!inMemory) {
            settings.setProperty("jclouds.filesystem.basedir", arguments[2]);
        }
        Class<?> stores = Class.forName("org.gaul.s3proxy.BlobStores");
        Object store = stores.getMethod("create", String.class, Properties.class)
                .invoke(null, settings.getProperty("jclouds.provider"), settings);
        Class<?> type = Class.forName("org.gaul.s3proxy.S3Proxy");
        Class<?> builderType = Class.forName("org.gaul.s3proxy.S3Proxy$Builder");
        Object builder =
                builderType.getMethod("fromProperties", Properties.class).invoke(null, settings);
        builderType
                .getMethod("blobStore", Class.forName("org.gaul.s3proxy.blobstore.BlobStore"))
                .invoke(builder, store);
        builderType.getMethod("endpoint", URI.class).invoke(builder, URI.create("http://127.0.0.1:0"));
        Object server = builderType.getMethod("build").invoke(builder);
        type.getMethod("start").invoke(server);
        System.out.println("port " + type.getMethod("getPort").invoke(server));
        while (System.in.read() >= 0) {
            // The other end is still there.
        }
        Runtime.getRuntime().halt(0);
    }
}
