package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** Sees each request that any test sends; the SDK finds it by its file of global interceptors. */
public final class SentRequests implements ExecutionInterceptor {
    private static final Set<String> ACTIONS = new ConcurrentSkipListSet<>();
    private static final List<SdkRequest> REQUESTS = new CopyOnWriteArrayList<>();
    private static volatile boolean keeping;

    /** The IAM actions that were needed since the tests began. */
    static Set<String> actions() {
        return ACTIONS;
    }

    /** The requests that something sends. */
    static List<SdkRequest> of(Runnable work) {
        REQUESTS.clear();
        keeping = true;
        try {
            work.run();
            return List.copyOf(REQUESTS);
        } finally {
            keeping = false;
        }
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        if (keeping) {
            REQUESTS.add(context.request());
        }
        String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
        if (context.request() instanceof TransactWriteItemsRequest transaction) {
            transaction.transactItems().forEach(item -> ACTIONS.addAll(actions(item)));
        } else {
            ACTIONS.add(operation);
        }
    }

    /** There is no action TransactWriteItems: what is in it is what must be allowed. */
    private static List<String> actions(TransactWriteItem item) {
        List<String> actions = new ArrayList<>();
        if (item.put() != null) {
            actions.add("PutItem");
        }
        if (item.update() != null) {
            actions.add("UpdateItem");
        }
        if (item.delete() != null) {
            actions.add("DeleteItem");
        }
        if (item.conditionCheck() != null) {
            actions.add("ConditionCheckItem");
        }
        return actions;
    }
}
