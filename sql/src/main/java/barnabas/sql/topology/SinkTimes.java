package barnabas.sql.topology;

import barnabas.sql.rows.Row;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/// Gives each record the time of a column of its own. A record without one is dropped.
final class SinkTimes extends ContextualFixedKeyProcessor<Object, Row, Row> {
    private final RecordTimes times;

    SinkTimes(RecordTimes times) {
        this.times = times;
    }

    @Override
    public void process(FixedKeyRecord<Object, Row> record) {
        if (record.value() == null) {
            context().forward(record);
            return;
        }
        long time = times.of(Keys.row(record.key()), record.value());
        if (time >= 0) context().forward(record.withTimestamp(time));
    }
}
