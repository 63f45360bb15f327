package org.copilotframework.benchmarks;

import java.net.URI;
import java.util.Properties;

/**
 * The process of S3Proxy: bound to the loopback interface and a free port, and only there as long as the process that started
 * it. All by name, since its libraries are on the class path of that process alone. Its arguments: access key, secret, folder.
 */
final class S3ProxyServer {
    static final String PORT = "port ";

    private S3ProxyServer() {}

    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        settings.setProperty("s3proxy.endpoint", "http://127.0.0.1:0");
        settings.setProperty("s3proxy.authorization", "aws-v4");
        settings.setProperty("s3proxy.identity", args[0]);
        settings.setProperty("s3proxy.credential", args[1]);
        settings.setProperty("jclouds.provider", "filesystem");
        settings.setProperty("jclouds.filesystem.basedir", args[2]);
        Object store = Class.forName("org.gaul.s3proxy.BlobStores")
                .getMethod("create", String.class, Properties.class)
                .invoke(null, "filesystem", settings);
        Class<?> builderType = Class.forName("org.gaul.s3proxy.S3Proxy$Builder");
        Object builder =
                builderType.getMethod("fromProperties", Properties.class).invoke(null, settings);
        builderType
                .getMethod("blobStore", Class.forName("org.gaul.s3proxy.blobstore.BlobStore"))
                .invoke(builder, store);
        builderType.getMethod("endpoint", URI.class).invoke(builder, URI.create("http://127.0.0.1:0"));
        Object server = builderType.getMethod("build").invoke(builder);
        Class<?> type = Class.forName("org.gaul.s3proxy.S3Proxy");
        type.getMethod("start").invoke(server);
        System.out.println(PORT + type.getMethod("getPort").invoke(server));
        while (System.in.read() >= 0) {
            // The other end is still there.
        }
        Runtime.getRuntime().halt(0);
    }
}
