package org.copilotframework.storage.dynamodb;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An expression in DynamoDB's language. Attributes are written as {@code #name}, because any plain name may be one of its many
 * reserved words.
 */
record Expression(String text, Map<String, AttributeValue> values) {
    private static final Pattern NAME = Pattern.compile("#([a-zA-Z]+)");

    /** The values come in pairs of a name such as {@code :at} and a text, number, binary or attribute value. */
    static Expression of(String text, Object... values) {
        Map<String, AttributeValue> named = new HashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            named.put((String) values[i], attribute(values[i + 1]));
        }
        return new Expression(text, named);
    }

    private static AttributeValue attribute(Object value) {
        if (value instanceof AttributeValue attribute) {
            return attribute;
        } else if (value instanceof Number number) {
            return AttributeValue.fromN(number.toString());
        } else if (value instanceof SdkBytes bytes) {
            return AttributeValue.fromB(bytes);
        }
        return AttributeValue.fromS((String) value);
    }

    /** The names that some texts use. */
    static Map<String, String> names(String... texts) {
        Map<String, String> names = new HashMap<>();
        for (String text : texts) {
            Matcher matcher = NAME.matcher(text);
            while (matcher.find()) {
                names.put(matcher.group(), matcher.group(1));
            }
        }
        return names;
    }

    Map<String, String> names() {
        return names(text);
    }

    static Map<String, AttributeValue> values(Expression one, Expression other) {
        Map<String, AttributeValue> all = new HashMap<>(one.values);
        all.putAll(other.values);
        return all;
    }
}
