package org.copilotframework.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs rows of measurements, each by its name, or all of them: {@code java -jar benchmarks.jar [row...]}. Ends with 1 if a
 * promise is broken that is not a time (a call failed, a class loader was left), and with 2 if a row is not known.
 */
public final class Benchmarks {
    /** One row: prints its figures. */
    interface Row {
        /** Returns what is broken, in sentences; empty if all is well. Times are never in it. */
        List<String> run() throws Exception;
    }

    private Benchmarks() {}

    /**
     * Runs the rows.
     *
     * @param args the names of rows; none for all
     * @throws Exception if a row cannot be measured
     */
    public static void main(String[] args) throws Exception {
        Map<String, Row> rows = new LinkedHashMap<>();
        rows.put("call", new CallRow());
        rows.put("plugins", new PluginsRow());
        rows.put("swap", () -> ChildJvm.row(SwapRow.class, "-Xmx512m"));
        rows.put("slow", () -> ChildJvm.row(SlowRow.class, "-Xmx512m"));
        rows.put("spin", () -> ChildJvm.row(SpinRow.class, "-Xmx512m"));
        rows.put("commits", () -> ChildJvm.storeRow(CommitsRow.class, "-Xmx1g"));
        rows.put("raw", () -> ChildJvm.storeRow(RawRow.class, "-Xmx1g"));
        rows.put("depth", () -> ChildJvm.storeRow(DepthRow.class, "-Xmx1g"));
        rows.put("history", () -> ChildJvm.storeRow(HistoryRow.class, "-Xmx2g", HistoryRow.FLAG, ChildJvm.agent()));
        rows.put("runs", () -> ChildJvm.storeRow(RunsRow.class, "-Xmx1g"));
        rows.put("million", () -> ChildJvm.storeRow(MillionRow.class, "-Xmx1g"));
        rows.put("http", () -> ChildJvm.storeRow(HttpRow.class, "-Xmx512m"));
        rows.put("sse", () -> ChildJvm.storeRow(SseRow.class, "-Xmx512m"));
        rows.put("ready", () -> ChildJvm.storeRow(ReadyRow.class, "-Xmx512m"));
        rows.put("encryption", () -> ChildJvm.storeRow(EncryptionRow.class, "-Xmx64m"));
        rows.put("blobs", () -> ChildJvm.storeRow(BlobsRow.class, "-Xmx64m"));

        Set<String> unknown = new TreeSet<>(List.of(args));
        unknown.removeAll(rows.keySet());
        if (!unknown.isEmpty()) {
            System.err.println("unknown rows " + unknown + "; there are " + rows.keySet());
            System.exit(2);
        }
        if (args.length > 0) {
            rows.keySet().retainAll(Arrays.asList(args));
        }
        int broken = 0;
        for (Map.Entry<String, Row> row : rows.entrySet()) {
            System.out.println();
            System.out.println("== " + row.getKey());
            Machine.print();
            for (String what : row.getValue().run()) {
                System.out.println("BROKEN: " + what);
                broken++;
            }
        }
        System.out.println();
        System.out.println(
                broken == 0 ? "no promise broken (times are not promises here)" : broken + " promises broken");
        System.exit(broken == 0 ? 0 : 1);
    }
}
