package org.copilotframework.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.storage.s3.AnsweringClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;

/** What S3 says when it refuses, and what is made of it. */
class S3RefusalsTest extends S3Theme {
    /** An answer to HEAD has no body, and so no name of the error. */
    @Test
    void aDescriptionThatIsRefusedSaysWhyAsAnyOtherRequest() {
        client().rule(request -> Optional.of(Answer.error(400, "ExpiredToken")));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().stat(ACME, "a"))
                .withMessageContaining("expired (ExpiredToken)");
        client().rule(request -> Optional.of(Answer.error(403, "InvalidAccessKeyId")));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().stat(ACME, "a"))
                .withMessageContaining("InvalidAccessKeyId");
        client().rule(request -> request.method() == SdkHttpMethod.HEAD
                ? Optional.of(Answer.error(403, "AccessDenied"))
                : Optional.empty());
        assertThatExceptionOfType(UnavailableException.class)
                .as("only this file is refused")
                .isThrownBy(() -> blobs().stat(ACME, "a"))
                .withMessageContaining("HTTP 403");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PermanentRedirect", "AuthorizationHeaderMalformed"})
    void anotherRegionIsNamedAtTheStart(String code) {
        client().rule(request -> Optional.of(Answer.error(400, code)));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(blobs()::check)
                .withMessageContaining("copilot.blobs.s3.region (in the environment COPILOT_BLOBS_S3_REGION)");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().list(ACME, "", "", 10))
                .withMessageContaining("copilot.blobs.s3.region");
    }

    @ParameterizedTest
    @ValueSource(strings = {"KMS.DisabledException", "NotImplemented", "InvalidObjectState", "ServiceUnavailable"})
    void otherRefusalsAreTold(String code) {
        client().rule(request -> Optional.of(Answer.error(400, code)));
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> blobs().read(ACME, "a"))
                .withMessageContaining(code);
    }

    @Test
    void whatIsTooLargeForS3IsInvalid() {
        client().rule(request ->
                AnsweringClient.isPut(request) ? Optional.of(Answer.error(400, "MetadataTooLarge")) : Optional.empty());
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> write("a", "x"))
                .withMessageContaining("metadata");
    }

    @Test
    void wrongCredentialsAreNamedAndTheSecretIsNot() {
        Bucket bucket = Bucket.open(
                BucketUnderTest.BUCKET,
                settings(),
                BucketUnderTest.credentials(S3Server.KEY, "another-secret"),
                BucketUnderTest.client(settings()));
        try (Blobs store = new S3Blobs(bucket)) {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(store::check)
                    .withMessageContaining("SignatureDoesNotMatch")
                    .withMessageContaining("AWS_ACCESS_KEY_ID")
                    .satisfies(error -> assertThat(error.getMessage()).doesNotContain("another-secret"));
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> store.read(ACME, "a"))
                    .satisfies(error -> assertThat(error.getMessage()).doesNotContain("another-secret"));
        }
    }
}
