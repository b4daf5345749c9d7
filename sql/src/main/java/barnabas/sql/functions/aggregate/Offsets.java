package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// `EARLIEST_BY_OFFSET` and `LATEST_BY_OFFSET`. Records of a partition come in the order of their offsets; each gets a
/// number from a sequence that begins at the time, so that values of merged sessions can be ordered after a restart
/// too.
final class Offsets {
    private static final int VALUES_MAX = 10_000;
    private static final int NUMBERS_PER_MILLI_BITS = 20;

    private final AtomicLong sequence;

    private Offsets(LongSupplier millis) {
        this.sequence = new AtomicLong(millis.getAsLong() << NUMBERS_PER_MILLI_BITS);
    }

    static List<SqlFunction> all(LongSupplier millis) {
        Offsets offsets = new Offsets(millis);
        return List.of(
                offsets.function(
                                "EARLIEST_BY_OFFSET",
                                "Returns the value of the earliest record, or of the earliest n.",
                                true)
                        .example("EARLIEST_BY_OFFSET(X) OVER {NULL, 2, 3} => 2")
                        .example("EARLIEST_BY_OFFSET(X, 2) OVER {1, 2, 3} => ARRAY[1, 2]")
                        .build(),
                offsets.function(
                                "LATEST_BY_OFFSET",
                                "Returns the value of the latest record, or of the latest n.",
                                false)
                        .example("LATEST_BY_OFFSET(X) OVER {1, 2, NULL} => 2")
                        .example("LATEST_BY_OFFSET(X, 2) OVER {1, 2, 3} => ARRAY[2, 3]")
                        .build());
    }

    private Aggregate.Builder function(String name, String overview, boolean earliest) {
        return Aggregate.named(name, overview)
                .variant("(column T) T", (types, _) -> one(types.getFirst(), earliest, true))
                .variant(
                        "(column T, ignore_nulls BOOLEAN) T",
                        (types, constants) -> one(types.getFirst(), earliest, flag(name, constants, 1)))
                .variant(
                        "(column T, n INTEGER) ARRAY<T>",
                        (types, constants) ->
                                many(types.getFirst(), Aggregate.count(name, constants, 1, VALUES_MAX), earliest, true))
                .variant(
                        "(column T, n INTEGER, ignore_nulls BOOLEAN) ARRAY<T>",
                        (types, constants) -> many(
                                types.getFirst(),
                                Aggregate.count(name, constants, 1, VALUES_MAX),
                                earliest,
                                flag(name, constants, 2)));
    }

    private static boolean flag(String name, List<@Nullable Object> constants, int index) {
        if (constants.get(index) instanceof Boolean flag) return flag;
        throw new FunctionProblem("Parameter " + (index + 1) + " of function " + name + " must be a constant");
    }

    private static SqlType.Structure entry(SqlType value) {
        return SqlType.struct("SEQ", SqlType.BIGINT, "VAL", value);
    }

    private Struct numbered(SqlType.Structure entry, @Nullable Object value) {
        return new Struct(entry, Arrays.asList(sequence.getAndIncrement(), value));
    }

    private static long number(Object entry) {
        return (Long) Objects.requireNonNull(((Struct) entry).value(0));
    }

    private Fold one(SqlType value, boolean earliest, boolean ignoreNulls) {
        SqlType.Structure entry = entry(value);
        return new Fold(
                entry,
                value,
                null,
                (kept, row) ->
                        (ignoreNulls && row[0] == null) || (earliest && kept != null) ? kept : numbered(entry, row[0]),
                (a, b) -> {
                    if (a == null || b == null) return a == null ? b : a;
                    return number(a) < number(b) == earliest ? a : b;
                },
                null,
                kept -> kept == null ? null : ((Struct) kept).value(1));
    }

    private Fold many(SqlType value, int count, boolean earliest, boolean ignoreNulls) {
        SqlType.Structure entry = entry(value);
        return new Fold(
                SqlType.array(entry),
                SqlType.array(value),
                List.of(),
                (kept, row) -> {
                    List<?> before = (List<?>) Objects.requireNonNull(kept);
                    if ((ignoreNulls && row[0] == null) || (earliest && before.size() >= count)) return kept;
                    List<Object> after = new ArrayList<>(before);
                    after.add(numbered(entry, row[0]));
                    return cut(after, count, earliest);
                },
                (a, b) -> {
                    List<Object> both = new ArrayList<>((List<?>) Objects.requireNonNull(a));
                    both.addAll((List<?>) Objects.requireNonNull(b));
                    both.sort(Comparator.comparingLong(Offsets::number));
                    return cut(both, count, earliest);
                },
                null,
                kept -> {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (Object each : (List<?>) Objects.requireNonNull(kept)) values.add(((Struct) each).value(1));
                    return values;
                });
    }

    private static List<Object> cut(List<Object> entries, int count, boolean earliest) {
        int beyond = entries.size() - count;
        if (beyond <= 0) return entries;
        return new ArrayList<>(earliest ? entries.subList(0, count) : entries.subList(beyond, entries.size()));
    }
}
