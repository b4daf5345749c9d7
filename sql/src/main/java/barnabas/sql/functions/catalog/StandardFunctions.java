package barnabas.sql.functions.catalog;

import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.aggregate.Aggregates;
import barnabas.sql.functions.collection.Arrays;
import barnabas.sql.functions.collection.Invocations;
import barnabas.sql.functions.collection.Maps;
import barnabas.sql.functions.collection.Nulls;
import barnabas.sql.functions.collection.Tables;
import barnabas.sql.functions.json.JsonFunctions;
import barnabas.sql.functions.math.Numbers;
import barnabas.sql.functions.math.Rounding;
import barnabas.sql.functions.math.Trigonometry;
import barnabas.sql.functions.text.Binary;
import barnabas.sql.functions.text.Masks;
import barnabas.sql.functions.text.RegularExpressions;
import barnabas.sql.functions.text.Splits;
import barnabas.sql.functions.text.Strings;
import barnabas.sql.functions.text.Urls;
import barnabas.sql.functions.time.Clocks;
import barnabas.sql.functions.time.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The functions that every server has.
public final class StandardFunctions {
    private StandardFunctions() {}

    /// Sizes that settings limit.
    ///
    /// @param collectListMax `ksql.functions.collect_list.limit`
    /// @param collectSetMax `ksql.functions.collect_set.limit`
    public record Limits(int collectListMax, int collectSetMax) {
        public static final Limits DEFAULT = new Limits(1_000, 1_000);
    }

    /// @param millis milliseconds since the epoch, now
    /// @param random for `RANDOM` and `UUID`
    public static FunctionRegistry registry(LongSupplier millis, RandomGenerator random, Limits limits) {
        List<SqlFunction> all = new ArrayList<>();
        all.addAll(Numbers.all(random));
        all.addAll(Rounding.all());
        all.addAll(Trigonometry.all());
        all.addAll(Arrays.all());
        all.addAll(Maps.all());
        all.addAll(Invocations.all());
        all.addAll(Nulls.all(random));
        all.addAll(Tables.all());
        all.addAll(Strings.all());
        all.addAll(Splits.all());
        all.addAll(Masks.all());
        all.addAll(RegularExpressions.all());
        all.addAll(Urls.all());
        all.addAll(Binary.all());
        all.addAll(JsonFunctions.all());
        all.addAll(Clocks.all(millis));
        all.addAll(Texts.all());
        all.addAll(Aggregates.all(millis, limits.collectListMax(), limits.collectSetMax()));
        return new FunctionRegistry(all);
    }
}
