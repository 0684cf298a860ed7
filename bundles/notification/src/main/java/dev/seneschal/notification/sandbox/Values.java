package dev.seneschal.notification.sandbox;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** The values a template can meet: text, whole numbers, numbers, truth, and read-only views of objects and lists. */
final class Values {

    private Values() {}

    /** Returns the value as a template may see it. */
    static Object of(Object raw) {
        if (raw == null
                || raw instanceof String
                || raw instanceof Boolean
                || raw instanceof Long
                || raw instanceof Double) {
            return raw;
        }
        if (raw instanceof Integer || raw instanceof Short || raw instanceof Byte) {
            return ((Number) raw).longValue();
        }
        if (raw instanceof Float number) {
            return number.doubleValue();
        }
        if (raw instanceof BigInteger || raw instanceof BigDecimal) {
            // Their arithmetic and text have no bound.
            double number = ((Number) raw).doubleValue();
            return Double.isFinite(number) ? (Object) number : null;
        }
        if (raw instanceof Map<?, ?> map) {
            return new MapValue(map);
        }
        if (raw instanceof List<?> list) {
            return new ListValue(list);
        }
        throw new TemplateFault("The data holds a value of a kind that templates cannot use.");
    }

    /** Returns a root of the data as a template may see it; the formats pass as they are. */
    static Object ofRoot(Object raw) {
        return raw instanceof Formats ? raw : of(raw);
    }

    /** Returns whether a test such as {@code #if($x)} holds: not null, false, zero or empty. */
    static boolean truth(Object value) {
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof MapValue map) {
            return map.size() > 0;
        }
        if (value instanceof ListValue list) {
            return list.size() > 0;
        }
        return true;
    }

    /** Returns the text of a scalar. */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e21) {
            return new BigDecimal(number.toString()).toPlainString();
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw new TemplateFault(
                (value instanceof ListValue ? "A list" : "An object") + " cannot be printed; name one of its values.");
    }
}
