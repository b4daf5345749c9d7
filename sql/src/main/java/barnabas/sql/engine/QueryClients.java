package barnabas.sql.engine;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/// Clients of one query's application: its main consumers poll seldom while nothing comes.
final class QueryClients implements KafkaClientSupplier {
    private final List<PatientConsumer> consumers = new CopyOnWriteArrayList<>();

    /// The application, not started.
    KafkaStreams application(Topology topology, Properties settings) {
        // The protocol `streams` has consumers that Kafka Streams makes itself.
        Object protocol = settings.get(StreamsConfig.GROUP_PROTOCOL_CONFIG);
        return GroupProtocol.STREAMS.name().equalsIgnoreCase(String.valueOf(protocol))
                ? new KafkaStreams(topology, settings)
                : new KafkaStreams(topology, settings, this);
    }

    /// Lets the application look around now and for a while, so that it sees that it is to end or to go on.
    void attend() {
        consumers.forEach(PatientConsumer::attend);
    }

    @Override
    public Admin getAdmin(Map<String, Object> settings) {
        return Admin.create(settings);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        var made = new PatientConsumer(settings);
        consumers.add(made);
        return made;
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
        return plain(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
        return plain(settings);
    }

    private static Consumer<byte[], byte[]> plain(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
