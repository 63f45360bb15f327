package org.copilotframework.storage.s3;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * S3Proxy keeps keys as paths, so it cannot have {@code a} beside {@code a/b}, which S3 can. On their way there all keys get a
 * blank at their end, which changes nothing in their order. Also notes which operations are asked for. The SDK finds it by its
 * file of global interceptors.
 */
public final class FlatKeys implements ExecutionInterceptor {
    private static final Set<String> OPERATIONS = new ConcurrentSkipListSet<>();

    /** What was asked of S3 since the tests began. */
    static Set<String> operations() {
        return OPERATIONS;
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        OPERATIONS.add(String.valueOf(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME)));
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        return isForS3Proxy(context.request()) ? mapped(context.request(), key -> key + " ") : context.request();
    }

    private static boolean isForS3Proxy(SdkRequest request) {
        return request.getValueForField("Bucket", String.class).equals(Optional.of(BucketUnderTest.BUCKET));
    }

    private static SdkRequest mapped(SdkRequest request, UnaryOperator<String> map) {
        if (request instanceof PutObjectRequest put) {
            return put.copy(one -> one.key(map.apply(put.key())));
        } else if (request instanceof GetObjectRequest get) {
            return get.copy(one -> one.key(map.apply(get.key())));
        } else if (request instanceof HeadObjectRequest head) {
            return head.copy(one -> one.key(map.apply(head.key())));
        } else if (request instanceof DeleteObjectRequest delete) {
            return delete.copy(one -> one.key(map.apply(delete.key())));
        } else if (request instanceof CreateMultipartUploadRequest create) {
            return create.copy(one -> one.key(map.apply(create.key())));
        } else if (request instanceof UploadPartRequest part) {
            return part.copy(one -> one.key(map.apply(part.key())));
        } else if (request instanceof CompleteMultipartUploadRequest complete) {
            return complete.copy(one -> one.key(map.apply(complete.key())));
        } else if (request instanceof AbortMultipartUploadRequest abort) {
            return abort.copy(one -> one.key(map.apply(abort.key())));
        } else if (request instanceof DeleteObjectsRequest all) {
            return all.copy(some -> some.delete(all.delete()
                    .copy(deleted -> deleted.objects(all.delete().objects().stream()
                            .map(object -> object.copy(one -> one.key(map.apply(object.key()))))
                            .toList()))));
        } else if (request instanceof ListObjectsV2Request list && list.startAfter() != null) {
            return list.copy(one -> one.startAfter(map.apply(list.startAfter())));
        }
        return request;
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        if (isForS3Proxy(context.request())
                && context.response() instanceof ListObjectsV2Response list
                && list.hasContents()) {
            return list.copy(page -> page.contents(list.contents().stream()
                    .map(object -> object.copy(one -> one.key(cut(object.key()))))
                    .toList()));
        } else if (isForS3Proxy(context.request())
                && context.response() instanceof ListMultipartUploadsResponse list
                && list.hasUploads()) {
            return list.copy(page -> page.uploads(list.uploads().stream()
                    .map(upload -> upload.copy(one -> one.key(cut(upload.key()))))
                    .toList()));
        }
        return context.response();
    }

    private static String cut(String key) {
        return key.substring(0, key.length() - 1);
    }
}
