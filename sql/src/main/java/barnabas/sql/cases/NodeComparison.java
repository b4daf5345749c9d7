package barnabas.sql.cases;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;

/// Whether a record's JSON is the expected one: numbers by value, a missing field as null, a number beside
/// the same text as equal.
final class NodeComparison {
    private static final int DIGITS_MAX = 1_000;

    private NodeComparison() {}

    static boolean equal(JsonNode expected, JsonNode actual) {
        return equal(expected, actual, false);
    }

    /// Values of PROTOBUF: a null or missing field is equal to 0, false and what is empty.
    static boolean equalWithDefaults(JsonNode expected, JsonNode actual) {
        boolean none = expected.isNull() || expected.isMissingNode();
        return none == (actual.isNull() || actual.isMissingNode()) && equal(expected, actual, true);
    }

    private static boolean equal(JsonNode expected, JsonNode actual, boolean defaults) {
        boolean none = expected.isNull() || expected.isMissingNode();
        boolean nothing = actual.isNull() || actual.isMissingNode();
        if (none || nothing) return (none && nothing) || (defaults && isDefault(none ? actual : expected));
        if (expected.isNumber() && actual.isNumber()) return numbers(expected, actual);
        if (expected.isObject() && actual.isObject()) {
            for (Map.Entry<String, JsonNode> each : actual.properties())
                if (!equal(expected.path(each.getKey()), each.getValue(), defaults)) return false;
            for (Map.Entry<String, JsonNode> each : expected.properties())
                if (!actual.has(each.getKey()) && !each.getValue().isNull()) return false;
            return true;
        }
        if (expected.isArray() && actual.isArray()) {
            if (expected.size() != actual.size()) return false;
            for (int i = 0; i < expected.size(); i++)
                if (!equal(expected.get(i), actual.get(i), defaults)) return false;
            return true;
        }
        if (expected.isValueNode() && actual.isValueNode())
            return expected.asText().equals(actual.asText())
                    || isTextOf(expected, actual)
                    || isTextOf(actual, expected);
        return false;
    }

    /// Whether a text says the number: `"1.50"` and 1.5.
    private static boolean isTextOf(JsonNode text, JsonNode number) {
        if (!text.isTextual() || !number.isNumber() || text.textValue().length() > DIGITS_MAX) return false;
        try {
            return new BigDecimal(text.textValue()).compareTo(number.decimalValue()) == 0;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    private static boolean isDefault(JsonNode node) {
        return switch (node.getNodeType()) {
            case NUMBER -> node.decimalValue().signum() == 0;
            case BOOLEAN -> !node.booleanValue();
            case STRING -> node.textValue().isEmpty();
            case ARRAY, OBJECT -> node.isEmpty();
            default -> false;
        };
    }

    private static boolean numbers(JsonNode expected, JsonNode actual) {
        if (expected.decimalValue().compareTo(actual.decimalValue()) == 0) return true;
        return expected.doubleValue() == actual.doubleValue();
    }
}
