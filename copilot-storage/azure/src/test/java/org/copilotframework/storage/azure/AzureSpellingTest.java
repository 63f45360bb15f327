package org.copilotframework.storage.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.storage.objects.ObjectNames;
import org.junit.jupiter.api.Test;

class AzureSpellingTest {
    private static final int MOST = 4;
    private static final TenantId ACME = new TenantId("acme");

    private final ObjectNames names = new ObjectNames(Optional.empty(), MOST, new AzureSpelling());

    /** All short names, and longer ones, of the characters that are written otherwise and those beside them. */
    @Test
    void blobsAreInTheOrderOfNames() {
        TreeSet<String> all = new TreeSet<>();
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int length = 1 + random.nextInt(7); length > 0; length--) {
                name.append("./\\-[]^,0 a~".charAt(random.nextInt(12)));
            }
            if ((name + "/").matches("((?!\\.{1,2}/)[^/]+/)+")) {
                all.add(name.toString());
            }
        }
        assertThat(all).hasSizeGreaterThan(5_000);
        List<String> byBlob = all.stream()
                .sorted(Comparator.comparing((String name) -> place(names.of(ACME, name)))
                        .thenComparing(Comparator.naturalOrder()))
                .collect(Collectors.toList());
        assertThat(byBlob).containsExactlyElementsOf(all);
        assertThat(all.stream().map(name -> names.of(ACME, name)).distinct()).hasSize(all.size());
    }

    /** Those that are cut alike are one place in the order. */
    private static String place(String blob) {
        int cut = blob.indexOf('\u00a6');
        return cut < 0 ? blob : blob.substring(0, cut + 1);
    }

    @Test
    void noBlobHasWhatTheServiceWouldChange() {
        for (String name : List.of("a.", "a./b", "..a", "...", "a\\b", "\\", "a.b", ".../...", "[", "a.-")) {
            assertThat(names.of(ACME, name).substring("tenant=acme/".length()))
                    .doesNotContain("\\", "./")
                    .doesNotEndWith(".");
        }
        assertThat(names.of(new TenantId("a."), "b")).doesNotContain("./");
    }
}
