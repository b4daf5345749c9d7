package barnabas.sql.topology;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// Makes rows with the columns of a [barnabas.sql.plan.Plan.Source] out of the values of its topic.
final class SourceColumns extends ContextualFixedKeyProcessor<Object, Row, Row> {
    private static final SqlType.Structure HEADER = SqlType.struct("KEY", SqlType.STRING, "VALUE", SqlType.BYTES);

    private final List<Column> columns;
    private final int width;
    private final boolean windowed;
    private final boolean keyless;

    SourceColumns(DataSource source) {
        columns = source.schema().columns();
        windowed = source.encoding().window() != null;
        width = columns.size() + 3 + (windowed ? 2 : 0);
        keyless = source.schema().keys().isEmpty();
    }

    @Override
    @SuppressWarnings("NullAway") // tombstones
    public void process(FixedKeyRecord<Object, Row> record) {
        Row value = record.value();
        RecordMetadata metadata = context().recordMetadata().orElse(null);
        Place place = metadata == null ? null : new Place(metadata.partition(), metadata.offset());
        context()
                .forward(record.withValue(
                        value == null ? null : row(record.key(), value, record.headers(), record.timestamp(), place)));
    }

    /// A record's partition and offset.
    record Place(int partition, long offset) {}

    Row row(@Nullable Object recordKey, Row value, Headers headers, long time, @Nullable Place place) {
        var values = new @Nullable Object[width];
        Row key = keyless ? null : Keys.row(recordKey);
        int keys = 0;
        int plain = 0;
        int at = 0;
        for (Column each : columns) {
            values[at++] = switch (each.role()) {
                case KEY -> key == null ? null : key.value(keys++);
                case VALUE -> value.value(plain++);
                case HEADER -> header(headers, each);
            };
        }
        values[at++] = time;
        values[at++] = place == null ? null : place.partition();
        values[at++] = place == null ? null : place.offset();
        if (windowed && recordKey instanceof Windowed<?> key0) {
            values[at++] = key0.window().start();
            values[at] = key0.window().end();
        }
        return new Row(values);
    }

    private static @Nullable Object header(Headers headers, Column column) {
        if (column.header() != null) {
            Header last = headers.lastHeader(column.header());
            return last == null || last.value() == null
                    ? null
                    : ByteBuffer.wrap(last.value()).asReadOnlyBuffer();
        }
        var all = new ArrayList<Struct>();
        for (Header each : headers) {
            ByteBuffer bytes =
                    each.value() == null ? null : ByteBuffer.wrap(each.value()).asReadOnlyBuffer();
            var values = new ArrayList<@Nullable Object>();
            values.add(each.key());
            values.add(bytes);
            all.add(new Struct(HEADER, values));
        }
        return all;
    }
}
