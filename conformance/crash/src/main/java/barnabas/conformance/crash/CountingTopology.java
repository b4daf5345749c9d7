package barnabas.conformance.crash;

import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.Stores;

/// Count of the records of each key, through a repartition topic and a store with a changelog.
final class CountingTopology {
    private CountingTopology() {}

    static Topology build() {
        var builder = new StreamsBuilder();
        builder.stream(Counting.INPUT, Consumed.with(Serdes.String(), Serdes.String()))
                // a new key, though the same one: through a repartition topic
                .selectKey((key, value) -> key)
                .groupByKey(Grouped.with("keys", Serdes.String(), Serdes.String()))
                .count(Materialized.<String, Long>as(Stores.inMemoryKeyValueStore("store"))
                        .withKeySerde(Serdes.String())
                        .withValueSerde(Serdes.Long()))
                .toStream()
                .to(Counting.COUNTS, Produced.with(Serdes.String(), Serdes.Long()));
        return builder.build();
    }
}
