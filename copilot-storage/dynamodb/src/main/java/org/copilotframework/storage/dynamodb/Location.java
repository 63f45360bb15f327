package org.copilotframework.storage.dynamodb;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.StorageUrl;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;

/**
 * What the URL says: {@code dynamodb://region/table}, for a server that is not the region's own with {@code ?endpoint=URL}, and
 * for one that is not Amazon's with {@code access-key:secret@} before the region.
 */
record Location(String region, String table, Optional<URI> endpoint, Optional<AwsBasicCredentials> credentials) {
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9_.-]{3,255}");

    static Location of(StorageUrl url) {
        if (url.hosts().size() != 1 || url.hosts().get(0).port().isPresent()) {
            throw wrong("names no region");
        }
        String region = url.hosts().get(0).name();
        String table = url.path().startsWith("/") ? url.path().substring(1) : url.path();
        if (!REGION.matcher(region).matches()) {
            throw wrong("names no region, such as eu-central-1");
        } else if (!TABLE.matcher(table).matches()) {
            throw wrong("names no table: 3 to 255 of the characters a-z A-Z 0-9 _ . - behind the slash");
        }
        for (String name : url.parameters().keySet()) {
            if (!name.equals("endpoint")) {
                throw wrong("has the unknown parameter '" + name + "'; there is only endpoint");
            }
        }
        Optional<URI> endpoint =
                Optional.ofNullable(url.parameters().get("endpoint")).map(Location::endpoint);
        if (url.user().isPresent() != url.password().isPresent()
                || url.user().filter(String::isEmpty).isPresent()
                || url.password().filter(String::isEmpty).isPresent()) {
            throw wrong("has one of access key and secret, and not the other");
        } else if (url.user().isPresent() && endpoint.isEmpty()) {
            throw wrong("has an access key, which is for a server at an endpoint only: remove it, and give the"
                    + " credentials in one of the ways that the AWS SDK reads, such as AWS_ACCESS_KEY_ID or a role");
        }
        return new Location(
                region,
                table,
                endpoint,
                url.user()
                        .map(key ->
                                AwsBasicCredentials.create(key, url.password().orElse(""))));
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException notOne) {
            throw wrong("has an endpoint that is no URL: expected is http://host:port or https://host");
        }
        throw wrong("has an endpoint of another form: expected is http://host:port or https://host");
    }

    private static InvalidRequestException wrong(String what) {
        return new InvalidRequestException("copilot.storage.url (in the environment DATABASE_URL) " + what
                + "; expected is dynamodb://region/table, or dynamodb://region/table?endpoint=http://host:port");
    }
}
