package org.copilotframework.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.pf4j.PluginManager;

/** Where the figures come from. */
final class Machine {
    private Machine() {}

    static void print() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores, %.0f GiB, load %.1f; %s %s, %s; PF4J %s; %s%n",
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize() / (double) (1 << 30),
                system.getSystemLoadAverage(),
                System.getProperty("java.vm.name"),
                Runtime.version(),
                "build " + version(Benchmarks.class),
                version(PluginManager.class),
                LocalDateTime.now().truncatedTo(ChronoUnit.MINUTES));
    }

    private static String version(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
