package barnabas.sql.functions.aggregate;

import barnabas.sql.functions.SqlFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// All aggregate functions.
public final class Aggregates {
    private Aggregates() {}

    /// @param millis milliseconds since the epoch, now
    /// @param listMax longest result of `COLLECT_LIST`
    /// @param setMax longest result of `COLLECT_SET`
    public static List<SqlFunction> all(LongSupplier millis, int listMax, int setMax) {
        List<SqlFunction> all = new ArrayList<>();
        all.addAll(Sums.all());
        all.addAll(Moments.all());
        all.addAll(Collections.all(listMax, setMax));
        all.addAll(Offsets.all(millis));
        all.addAll(Tops.all());
        all.add(Cardinality.function());
        return all;
    }
}
