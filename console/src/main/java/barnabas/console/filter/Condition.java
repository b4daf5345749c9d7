package barnabas.console.filter;

import barnabas.console.json.JsonTree;
import java.math.BigDecimal;
import java.util.List;

/// A part of a filter that holds or does not.
sealed interface Condition {
    boolean holds(RecordValues record);

    record Any(List<Condition> parts) implements Condition {
        @Override
        public boolean holds(RecordValues record) {
            for (Condition each : parts) if (each.holds(record)) return true;
            return false;
        }
    }

    record All(List<Condition> parts) implements Condition {
        @Override
        public boolean holds(RecordValues record) {
            for (Condition each : parts) if (!each.holds(record)) return false;
            return true;
        }
    }

    record Not(Condition part) implements Condition {
        @Override
        public boolean holds(RecordValues record) {
            return !part.holds(record);
        }
    }

    /// A value that is there, and neither null nor false.
    record Present(Operand operand) implements Condition {
        @Override
        public boolean holds(RecordValues record) {
            Object value = operand.of(record);
            return !value.equals(RecordValues.ABSENT) && !value.equals(JsonTree.NULL) && !Boolean.FALSE.equals(value);
        }
    }

    record Compare(Operand left, Comparison comparison, Operand right) implements Condition {
        @Override
        public boolean holds(RecordValues record) {
            return comparison.holds(left.of(record), right.of(record));
        }
    }

    /// Side of a comparison. A value is a text, a number, a boolean, null or a structure.
    sealed interface Operand {
        Object of(RecordValues record);

        record Literal(Object value) implements Operand {
            @Override
            public Object of(RecordValues record) {
                return value;
            }
        }

        /// @param steps names and indexes below the root
        record Path(String root, List<String> steps) implements Operand {
            @Override
            public Object of(RecordValues record) {
                return record.at(root, steps);
            }
        }
    }

    /// Comparison of two values. Numbers compare as numbers, everything else as text; an order between a number and
    /// a text does not hold.
    enum Comparison {
        EQUAL("=="),
        DIFFERENT("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        MORE(">"),
        MORE_OR_EQUAL(">="),
        CONTAINS("contains"),
        STARTS_WITH("startsWith"),
        ENDS_WITH("endsWith");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        boolean holds(Object left, Object right) {
            return switch (this) {
                case EQUAL -> isEqual(left, right);
                case DIFFERENT -> !isEqual(left, right);
                case LESS -> isOrdered(left, right) && order(left, right) < 0;
                case LESS_OR_EQUAL -> isOrdered(left, right) && order(left, right) <= 0;
                case MORE -> isOrdered(left, right) && order(left, right) > 0;
                case MORE_OR_EQUAL -> isOrdered(left, right) && order(left, right) >= 0;
                case CONTAINS -> isThere(left) && RecordValues.text(left).contains(RecordValues.text(right));
                case STARTS_WITH -> isThere(left) && RecordValues.text(left).startsWith(RecordValues.text(right));
                case ENDS_WITH -> isThere(left) && RecordValues.text(left).endsWith(RecordValues.text(right));
            };
        }

        private static boolean isThere(Object value) {
            return !value.equals(RecordValues.ABSENT) && !value.equals(JsonTree.NULL);
        }

        /// A value that is missing equals null.
        private static boolean isEqual(Object left, Object right) {
            if (!isThere(left) || !isThere(right)) return !isThere(left) && !isThere(right);
            if (left instanceof BigDecimal one && right instanceof BigDecimal other) return one.compareTo(other) == 0;
            return RecordValues.text(left).equals(RecordValues.text(right));
        }

        private static boolean isOrdered(Object left, Object right) {
            return (left instanceof BigDecimal && right instanceof BigDecimal)
                    || (left instanceof String && right instanceof String);
        }

        private static int order(Object left, Object right) {
            if (left instanceof BigDecimal one && right instanceof BigDecimal other) return one.compareTo(other);
            return RecordValues.text(left).compareTo(RecordValues.text(right));
        }
    }
}
