package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.core.Erased;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "erase",
        description =
                "Revokes the keys of a tenant, and deletes all its data: sessions, runs, values, messages and files.")
final class TenantsEraseCommand extends DataCommand {
    @Parameters(paramLabel = "NAME", description = "The tenant's name; the command line's own is 'local'.")
    private String name = "";

    @Option(names = "--yes", description = "Do not ask whether it is meant.")
    private boolean yes;

    TenantsEraseCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        TenantId tenant = new TenantId(name);
        if (yes) {
            return;
        } else if (options.json || !surroundings.keyboard().isTerminal()) {
            throw new InvalidRequestException("this deletes all data of tenant '" + tenant + "' for good; add --yes");
        }
        surroundings.err().print("This deletes all data of tenant '" + tenant + "' for good. Type its name to go on: ");
        surroundings.err().flush();
        if (!name.equals(surroundings.keyboard().line())) {
            throw new InvalidRequestException("nothing was deleted: that is not the tenant's name");
        }
    }

    /** Its keys go first: else their holders would go on to write there. */
    @Override
    void run(StoredData data, Terminal terminal) {
        terminal.progress("erasing " + name);
        TenantId tenant = new TenantId(name);
        Optional<CredentialAdmin> admin = data.access().credentials();
        int[] keys = {0};
        Deed deed = new Deed(data.audit(), surroundings, tenant, "tenants:erase", "tenant/" + tenant, "tenants erase");
        Erased erased = deed.commit(() -> {
            keys[0] = admin.map(one -> one.revokeAll(tenant)).orElse(0);
            return data.erase(tenant);
        });
        terminal.endProgress();
        if (terminal.json()) {
            Map<String, @Nullable Object> view = new LinkedHashMap<>();
            view.put("erased", name);
            view.put("stored", erased.stored());
            view.put("files", erased.files());
            admin.ifPresent(unused -> view.put("keys", keys[0]));
            terminal.object(view);
        } else {
            terminal.say("erased tenant " + name + ": " + erased.stored() + " sessions, runs, values and messages, "
                    + erased.files() + " files" + (admin.isPresent() ? ", " + keys[0] + " keys" : ""));
        }
    }
}
