package org.copilotframework.core.json;

import static org.copilotframework.core.json.ScalarTable.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The scalars that are numbers. */
final class NumberScalars {
    /** A number longer than this is not expanded to its digits. No type with bounds reaches so far. */
    private static final int LONGEST = 10_000;

    private NumberScalars() {}

    static void list(ScalarTable table) {
        whole(table, Long.class, Long.MIN_VALUE, Long.MAX_VALUE, BigInteger::longValueExact);
        whole(table, Integer.class, Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValueExact);
        whole(table, Short.class, Short.MIN_VALUE, Short.MAX_VALUE, BigInteger::shortValueExact);
        whole(table, Byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE, BigInteger::byteValueExact);
        table.add(BigInteger.class, "a whole number", NumberScalars::whole, value -> value, schema("type", "integer"));
        table.add(BigDecimal.class, "a number", NumberScalars::decimal, value -> value, schema("type", "number"));
        table.add(
                Double.class,
                "a number that a double can hold",
                NumberScalars::finite,
                value -> value,
                schema("type", "number"));
        table.add(
                Float.class,
                "a number that a float can hold",
                found -> found instanceof Number number && Float.isFinite(number.floatValue())
                        ? number.floatValue()
                        : null,
                value -> Double.valueOf(value.toString()),
                schema("type", "number"));
    }

    private static <T extends Number> void whole(
            ScalarTable table, Class<T> type, long least, long most, Function<BigInteger, T> exact) {
        table.add(
                type,
                "a whole number from " + least + " to " + most,
                found -> exact.apply(whole(found)),
                Number::longValue,
                schema("type", "integer", "minimum", least, "maximum", most));
    }

    /** JSON knows one kind of number, so 1.0 is whole, as it is for JSON Schema. */
    static BigInteger whole(Object found) {
        if (found instanceof Long number) {
            return BigInteger.valueOf(number);
        } else if (found instanceof BigInteger number) {
            return number;
        }
        BigDecimal number = decimal(found);
        if (number == null || Math.abs((long) number.scale()) + number.precision() > LONGEST) {
            throw new ArithmeticException("not a whole number");
        }
        return number.toBigIntegerExact();
    }

    private static @Nullable BigDecimal decimal(Object found) {
        if (found instanceof BigDecimal number) {
            return number;
        } else if (found instanceof BigInteger number) {
            return new BigDecimal(number);
        } else if (found instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        return found instanceof Double number ? BigDecimal.valueOf(number) : null;
    }

    private static @Nullable Double finite(Object found) {
        return found instanceof Number number && Double.isFinite(number.doubleValue()) ? number.doubleValue() : null;
    }
}
