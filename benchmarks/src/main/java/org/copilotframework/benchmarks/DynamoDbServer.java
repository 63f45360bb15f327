package org.copilotframework.benchmarks;

import java.lang.reflect.Array;
import java.lang.reflect.Field;

/**
 * The process of DynamoDB Local: bound to the loopback interface, and only there as long as the process that started it. All by
 * name, since its libraries are on the class path of that process alone.
 */
final class DynamoDbServer {
    static final String READY = "ready";

    private DynamoDbServer() {}

    public static void main(String[] args) throws Exception {
        String[] options = {"-port", args[0], "-dbPath", args[1], "-disableTelemetry"};
        Object server = Class.forName("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
                .getMethod("createServerFromCommandLineArgs", String[].class)
                .invoke(null, (Object) options);
        Field field = server.getClass().getDeclaredField("server");
        field.setAccessible(true);
        Object jetty = field.get(server);
        Object connector = Array.get(jetty.getClass().getMethod("getConnectors").invoke(jetty), 0);
        connector.getClass().getMethod("setHost", String.class).invoke(connector, "127.0.0.1");
        server.getClass().getMethod("start").invoke(server);
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // The other end is still there.
        }
        server.getClass().getMethod("stop").invoke(server);
        Runtime.getRuntime().halt(0);
    }
}
