package org.copilotframework.storage.dynamodb;

import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The primary key of one item. */
record Key(String partition, SdkBytes sort) {
    static Key of(String partition, String sort) {
        return new Key(partition, SdkBytes.fromUtf8String(sort));
    }

    Map<String, AttributeValue> attributes() {
        return Map.of(
                TableDesign.PARTITION, AttributeValue.fromS(partition), TableDesign.SORT, AttributeValue.fromB(sort));
    }
}
