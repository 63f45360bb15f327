package org.copilotframework.core.blob;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.agent.AgentBlobs;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blob;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;

/**
 * The files of one plugin and one tenant, for one activation: those of the tenant whose names begin with {@code plugins/<id>/}. What
 * the activation leaves open is closed when it ends.
 */
public final class PluginFiles implements AgentBlobs {
    private static final int MAX_NAME = 512;

    private final Blobs blobs;
    private final TenantId tenant;
    private final String folder;
    private final OpenFiles open;

    private PluginFiles(Blobs blobs, TenantId tenant, String folder, int most) {
        this.blobs = blobs;
        this.tenant = tenant;
        this.folder = folder;
        this.open = new OpenFiles(most);
    }

    /**
     * Narrows a store to one plugin and one tenant. Cheap: made for each activation.
     *
     * @param blobs all files
     * @param tenant whose files
     * @param pluginId whose files; a name that may be a segment of a file's name
     * @param most how many of them may be open for reading at once
     * @return the plugin's files
     * @throws InvalidRequestException if the id cannot be part of a file's name
     */
    public static PluginFiles of(Blobs blobs, TenantId tenant, String pluginId, int most) {
        BlobPath.check(pluginId, BlobPath.MAX_NAME - MAX_NAME - "plugins//".length());
        if (pluginId.indexOf('/') >= 0) {
            throw new InvalidRequestException("a plugin's id has no '/': '" + pluginId + "'");
        }
        return new PluginFiles(blobs, tenant, "plugins/" + pluginId + "/", most);
    }

    @Override
    public BlobInfo write(String name, BlobWriter writer) throws IOException {
        return own(blobs.write(tenant, full(name), writer));
    }

    @Override
    public BlobInfo write(String name, BlobOptions options, BlobWriter writer) throws IOException {
        return own(blobs.write(tenant, full(name), options, writer));
    }

    @Override
    public Optional<Blob> open(String name, BlobRange range) throws IOException {
        String full = full(name);
        return open.opened(() -> blobs.open(tenant, full, range))
                .map(blob -> new Blob(own(blob.info()), blob.content()));
    }

    @Override
    public Optional<InputStream> read(String name) throws IOException {
        return open(name, BlobRange.ALL).map(Blob::content);
    }

    @Override
    public Optional<BlobInfo> stat(String name) throws IOException {
        return blobs.stat(tenant, full(name)).map(this::own);
    }

    @Override
    public List<BlobEntry> list(String prefix, String after, int limit) throws IOException {
        return blobs.list(tenant, folder + prefix, after.isEmpty() ? "" : folder + after, limit).stream()
                .map(file -> new BlobEntry(inner(file.name()), file.size(), file.modified()))
                .toList();
    }

    @Override
    public boolean delete(String name) throws IOException {
        return blobs.delete(tenant, full(name));
    }

    @Override
    public boolean delete(String name, String ifVersion) throws IOException {
        return blobs.delete(tenant, full(name), Objects.requireNonNull(ifVersion, "ifVersion"));
    }

    @Override
    public Optional<URI> presign(String name, Duration validity) {
        return blobs.presign(tenant, full(name), validity);
    }

    /** The activation has ended: closes the files that it has left open. */
    public void end() {
        open.end();
    }

    private String full(String name) {
        BlobPath.check(name, MAX_NAME);
        return folder + name;
    }

    private BlobInfo own(BlobInfo info) {
        return info.named(inner(info.name()));
    }

    private String inner(String name) {
        return name.substring(folder.length());
    }
}
