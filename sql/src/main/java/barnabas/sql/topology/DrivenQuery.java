package barnabas.sql.topology;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.expressions.Typed;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// A query in Kafka's driver for topologies: it reads records that it is given, on the calling thread and without a
/// cluster. Its state is in memory.
public final class DrivenQuery implements AutoCloseable {
    /// Outer joins of streams look for rows without a partner at most once in this time, in milliseconds of the clock,
    /// which stands still here.
    private static final String OUTER_JOIN_INTERVAL = "__emit.interval.ms.kstreams.outer.join.spurious.results.fix__";

    /// A row of the result.
    ///
    /// @param row null when the row of the key is gone
    public record Change(@Nullable Object key, @Nullable Row row) {}

    private record Entry(String topic, Bytes key) {}

    /// Objects of an entry of a store and of its size here, beside its bytes.
    private static final long ENTRY_BYTES = 400;

    /// End of the names of topics that hold what is in stores.
    private static final String CHANGELOG = "-changelog";

    /// Bytes of internal topics that the driver may keep.
    private static final long KEPT_MAX = 8 << 20;

    private final TopologyTestDriver driver;
    private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    /// Bytes of the newest record of each key of a store.
    private final Map<Entry, Long> stored = new HashMap<>();

    private long storedBytes;
    private long largest;
    private long kept;

    /// @param values columns of the result
    /// @param directory for files that the driver makes
    public DrivenQuery(Plan plan, List<Typed> values, Codecs codecs, String id, Path directory) {
        Properties settings = settings(id, directory);
        settings.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndContinueProcessingExceptionHandler.class);
        driver = new TopologyTestDriver(
                QueryTopology.changes(plan, values, (key, row) -> changes.add(new Change(key, row)), codecs),
                settings,
                Instant.EPOCH);
    }

    /// Settings of the driver for a query. Records that it cannot read are left out.
    public static Properties settings(String id, Path directory) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:0");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(OUTER_JOIN_INTERVAL, 0L);
        properties.put(
                StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
        properties.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, SkippedRecords.class);
        return properties;
    }

    /// Changes of the result because of a record of one of the query's topics.
    public List<Change> read(ConsumerRecord<byte[], byte[]> record) {
        changes.clear();
        if (record.timestamp() < 0) return List.of();
        kept += size(record.key()) + size(record.value()) + largest;
        inputs.computeIfAbsent(
                        record.topic(),
                        name -> driver.createInputTopic(name, new ByteArraySerializer(), new ByteArraySerializer()))
                .pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), record.timestamp()));
        return List.copyOf(changes);
    }

    /// Whether the driver keeps so much of the query's internal topics that it is time to [#forget]: each record may
    /// have written an aggregate as large as the largest so far.
    public boolean isFull() {
        return kept >= KEPT_MAX;
    }

    /// Frees the records that the driver keeps of the query's internal topics.
    public void forget() {
        kept = 0;
        for (String each : List.copyOf(driver.producedTopicNames())) {
            for (TestRecord<byte[], byte[]> record : driver.createOutputTopic(
                            each, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList()) {
                long written = size(record.key()) + size(record.value());
                largest = Math.max(largest, written);
                if (each.endsWith(CHANGELOG) && record.key() != null)
                    store(new Entry(each, Bytes.wrap(record.key())), record);
            }
        }
    }

    private void store(Entry entry, TestRecord<byte[], byte[]> record) {
        Long now = record.value() == null ? null : 2 * size(record.key()) + size(record.value());
        Long before = now == null ? stored.remove(entry) : stored.put(entry, now);
        storedBytes += (now == null ? 0 : now) - (before == null ? 0 : before);
    }

    private static long size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /// Memory of the stores without windows, about, as of the last call of [#forget].
    public long stateBytes() {
        long entries = 0;
        for (StateStore each : driver.getAllStateStores().values())
            if (each instanceof ReadOnlyKeyValueStore<?, ?> store) entries += store.approximateNumEntries();
        return entries * ENTRY_BYTES + storedBytes;
    }

    @Override
    public void close() {
        driver.close();
    }
}
