package barnabas.sql.topology;

import barnabas.sql.rows.Row;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;

/// A step of a topology. Keys are those of [Keys].
sealed interface Flow {
    record Stream(KStream<Object, Row> records) implements Flow {}

    record Table(KTable<Object, Row> rows) implements Flow {}
}
