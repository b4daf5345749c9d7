package barnabas.sql.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Conversions that happen without a `CAST`: numbers to wider numbers, and the same inside arrays, maps and structs.
public final class Coercion {
    private static final int INTEGER_DIGITS = 10;
    private static final int BIGINT_DIGITS = 19;

    private Coercion() {}

    /// Whether values of `from` become values of `to` without a cast and without loss of digits before the point.
    public static boolean allowed(SqlType from, SqlType to) {
        if (from.equals(to) || from == SqlType.NULL) return true;
        if (from.isNumber() && to.isNumber()) return widens(from, to);
        if (from instanceof SqlType.Array left && to instanceof SqlType.Array right)
            return allowed(left.element(), right.element());
        if (from instanceof SqlType.Map left && to instanceof SqlType.Map right)
            return allowed(left.key(), right.key()) && allowed(left.value(), right.value());
        if (from instanceof SqlType.Structure left && to instanceof SqlType.Structure right) {
            for (SqlType.Field field : left.fields()) {
                int at = right.indexOf(field.name());
                if (at >= 0 && !allowed(field.type(), right.fields().get(at).type())) return false;
            }
            return true;
        }
        return false;
    }

    private static boolean widens(SqlType from, SqlType to) {
        if (to == SqlType.DOUBLE) return true;
        if (from == SqlType.DOUBLE || to == SqlType.INTEGER) return false;
        if (to == SqlType.BIGINT) return from == SqlType.INTEGER;
        SqlType.Decimal left = asDecimal(from);
        SqlType.Decimal right = (SqlType.Decimal) to;
        return left.scale() <= right.scale() && left.precision() - left.scale() <= right.precision() - right.scale();
    }

    /// The decimal type that holds all values of `type`, which is exact.
    ///
    /// @throws TypeProblem when `type` is no exact number
    public static SqlType.Decimal asDecimal(SqlType type) {
        if (type instanceof SqlType.Decimal decimal) return decimal;
        if (type == SqlType.INTEGER) return SqlType.decimal(INTEGER_DIGITS, 0);
        if (type == SqlType.BIGINT) return SqlType.decimal(BIGINT_DIGITS, 0);
        throw new TypeProblem("Cannot convert " + type + " to DECIMAL");
    }

    /// The type that both types coerce to; empty without one.
    public static Optional<SqlType> common(SqlType left, SqlType right) {
        if (left.equals(right) || right == SqlType.NULL) return Optional.of(left);
        if (left == SqlType.NULL) return Optional.of(right);
        if (left.isNumber() && right.isNumber()) return Optional.of(commonNumber(left, right));
        if (left instanceof SqlType.Array a && right instanceof SqlType.Array b)
            return common(a.element(), b.element()).map(SqlType::array);
        if (left instanceof SqlType.Map a && right instanceof SqlType.Map b) {
            Optional<SqlType> key = common(a.key(), b.key());
            Optional<SqlType> value = common(a.value(), b.value());
            return key.isEmpty() || value.isEmpty()
                    ? Optional.empty()
                    : Optional.of(SqlType.map(key.get(), value.get()));
        }
        if (left instanceof SqlType.Structure a && right instanceof SqlType.Structure b) return commonStruct(a, b);
        return Optional.empty();
    }

    private static SqlType commonNumber(SqlType left, SqlType right) {
        if (left == SqlType.DOUBLE || right == SqlType.DOUBLE) return SqlType.DOUBLE;
        if (!(left instanceof SqlType.Decimal) && !(right instanceof SqlType.Decimal)) return SqlType.BIGINT;
        SqlType.Decimal a = asDecimal(left);
        SqlType.Decimal b = asDecimal(right);
        int scale = Math.max(a.scale(), b.scale());
        return SqlType.decimal(scale + Math.max(a.precision() - a.scale(), b.precision() - b.scale()), scale);
    }

    private static Optional<SqlType> commonStruct(SqlType.Structure left, SqlType.Structure right) {
        List<SqlType.Field> fields = new ArrayList<>();
        for (SqlType.Field field : left.fields()) {
            int at = right.indexOf(field.name());
            SqlType other = at < 0 ? field.type() : right.fields().get(at).type();
            Optional<SqlType> both = common(field.type(), other);
            if (both.isEmpty()) return Optional.empty();
            fields.add(new SqlType.Field(field.name(), both.get()));
        }
        for (SqlType.Field field : right.fields()) if (left.indexOf(field.name()) < 0) fields.add(field);
        return Optional.of(new SqlType.Structure(fields));
    }

    /// An expression in a list of expressions that take one type.
    ///
    /// @param value value of a literal; null for `NULL` and for an expression
    public record Operand(
            SqlType type, boolean literal, @Nullable Object value) {}

    /// The type of a list of expressions: `ARRAY[...]`, values of `MAP(...)`, `IN (...)`. The first operand that is not
    /// `NULL` decides what kind of type it is, and literals fit in more types than other expressions.
    ///
    /// @throws TypeProblem when an operand does not fit
    public static SqlType common(List<Operand> operands) {
        SqlType common = SqlType.NULL;
        for (Operand operand : operands) {
            SqlType type = isTaken(common) || common == SqlType.STRING ? literalType(operand, common) : operand.type();
            Optional<SqlType> both = common(common, type);
            if (both.isEmpty()) throw mismatch(common, operand);
            common = both.get();
        }
        return common;
    }

    private static TypeProblem mismatch(SqlType common, Operand operand) {
        if (operand.value() instanceof String text && isTaken(common))
            return new TypeProblem("invalid input syntax for type " + common + ": \"" + text + "\"");
        return new TypeProblem("operator does not exist: " + common + " = " + operand.type()
                + ". All expressions of a list need one type: cast them.");
    }

    /// Whether a text literal may hold a value of the type.
    private static boolean isTaken(SqlType type) {
        return type.isNumber() || type == SqlType.BOOLEAN || isTime(type);
    }

    private static boolean isTime(SqlType type) {
        return type == SqlType.TIMESTAMP || type == SqlType.DATE || type == SqlType.TIME;
    }

    /// Type that a literal takes beside expressions of type `beside`.
    private static SqlType literalType(Operand operand, SqlType beside) {
        if (!operand.literal() || operand.type() == SqlType.NULL) return operand.type();
        if (beside == SqlType.STRING && operand.type().isSimple()) return SqlType.STRING;
        if (operand.value() instanceof String text) {
            if (beside == SqlType.BOOLEAN && Literals.isBoolean(text)) return SqlType.BOOLEAN;
            if (beside.isNumber()) return Literals.numberType(text).orElse(operand.type());
            if (isTime(beside) && Literals.isTime(text, beside)) return beside;
        }
        return operand.type();
    }
}
