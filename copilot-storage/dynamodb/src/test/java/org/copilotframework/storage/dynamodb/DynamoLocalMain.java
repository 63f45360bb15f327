package org.copilotframework.storage.dynamodb;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * What runs in the process of DynamoDB Local: its own server, but on the loopback interface only, and only as long as the
 * process that started it is there. Its first argument is the port. All by name, since its libraries are on the class path of that process alone.
 */
public final class DynamoLocalMain {
    private DynamoLocalMain() {}

    public static void main(String[] arguments) throws Exception {
        Object server = Class.forName("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
                .getMethod("createServerFromCommandLineArgs", String[].class)
                .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        Field field = server.getClass().getDeclaredField("server");
        field.setAccessible(true);
        Object jetty = field.get(server);
        Object connector = Array.get(jetty.getClass().getMethod("getConnectors").invoke(jetty), 0);
        connector.getClass().getMethod("setHost", String.class).invoke(connector, "127.0.0.1");
        // The server's own option does not take 0, for any port that is free.
        connector.getClass().getMethod("setPort", int.class).invoke(connector, Integer.valueOf(arguments[0]));
        server.getClass().getMethod("start").invoke(server);
        Method port = connector.getClass().getMethod("getLocalPort");
        System.out.println("port " + port.invoke(connector));
        while (System.in.read() >= 0) {
            // The other end is still there.
        }
        server.getClass().getMethod("stop").invoke(server);
        Runtime.getRuntime().halt(0);
    }
}
