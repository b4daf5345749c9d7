package barnabas.sql.topology;

import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import java.util.List;
import org.apache.kafka.streams.kstream.ValueTransformerWithKey;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.ProcessorContext;
import org.jspecify.annotations.Nullable;

/// Makes rows of an aggregation's shape out of its states: groups, aggregates, ROWTIME, bounds of the window.
final class AggregateRows implements ValueTransformerWithKey<Object, Row, Row> {
    private final List<Plan.Aggregated> functions;
    private final int width;
    private @Nullable ProcessorContext context;

    AggregateRows(List<Plan.Aggregated> functions, int width) {
        this.functions = functions;
        this.width = width;
    }

    @Override
    public void init(ProcessorContext context) {
        this.context = context;
    }

    @Override
    @SuppressWarnings("NullAway") // tombstones
    public Row transform(Object key, @Nullable Row state) {
        if (state == null) return null;
        var values = new @Nullable Object[width];
        Row group = Keys.row(key);
        int at = 0;
        if (group != null) for (Object each : group.values()) values[at++] = each;
        for (int i = 0; i < functions.size(); i++) {
            AggregateFunction.Aggregation function = functions.get(i).function();
            try {
                values[at] = function.result(state.value(i));
            } catch (RuntimeException e) {
                values[at] = null;
            }
            at++;
        }
        if (context != null) values[at] = context.timestamp();
        if (key instanceof Windowed<?> windowed) {
            values[at + 1] = windowed.window().start();
            values[at + 2] = windowed.window().end();
        }
        return new Row(values);
    }

    @Override
    public void close() {}
}
