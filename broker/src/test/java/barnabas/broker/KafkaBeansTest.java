package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// MBeans of a node beside those of Apache Kafka 4.4.0 (`jmx/kafka-4.4.0.txt`). Each that is missing has its reason in
/// `jmx/missing.txt`, and each line there is of one that is missing.
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class KafkaBeansTest {
    private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

    @TempDir
    Path data;

    private static List<String> lines(String file) throws IOException {
        try (var stream = KafkaBeansTest.class.getResourceAsStream("jmx/" + file)) {
            assertThat(stream).as(file).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private Barnabas start() throws StartFailure {
        return Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "offsets.topic.num.partitions",
                "1",
                "group.initial.rebalance.delay.ms",
                "0",
                "barnabas.jmx.enable",
                "true"));
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrap) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void use(String bootstrap, KafkaProducer<byte[], byte[]> producer) throws Exception {
        producer.send(new ProducerRecord<>("t", new byte[100])).get();
        Map<String, Object> consuming = Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                "g",
                "group.protocol",
                "consumer",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        try (var consumer = new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("t"));
            while (consumer.poll(Duration.ofSeconds(5)).isEmpty()) Thread.onSpinWait();
            consumer.commitSync();
        }
    }

    /// `DOMAIN:type=..,name=.. tags=[..]`, as the list has them.
    private static String shape(ObjectName name) {
        var tags = new TreeSet<>(name.getKeyPropertyList().keySet());
        tags.remove("type");
        tags.remove("name");
        String shape = name.getDomain() + ":type=" + name.getKeyProperty("type");
        if (name.getKeyProperty("name") != null) shape += ",name=" + name.getKeyProperty("name");
        return tags.isEmpty() ? shape : shape + " tags=" + tags;
    }

    /// Shapes of all Kafka beans that are registered, each with the name of one of them.
    private static TreeMap<String, ObjectName> registered() throws Exception {
        var shapes = new TreeMap<String, ObjectName>();
        for (String domain : List.of("kafka:*", "kafka.*:*"))
            for (ObjectName each : BEANS.queryNames(new ObjectName(domain), null)) {
                // those of the clients in this process
                if (Set.of("kafka.producer", "kafka.consumer", "kafka.admin.client")
                        .contains(each.getDomain())) continue;
                shapes.put(shape(each), each);
            }
        return shapes;
    }

    @Test
    void beansAreThoseOfKafkaButForListedOnes() throws Exception {
        TreeMap<String, ObjectName> present;
        var unread = new ArrayList<String>();
        assertThat(registered()).isEmpty();
        try (Barnabas broker = start();
                var producer = producer(broker.bootstrapServers())) {
            use(broker.bootstrapServers(), producer);
            // the last thing that was done: all else was counted before
            var committed = new ObjectName(
                    "kafka.network:type=RequestMetrics,name=ErrorsPerSec,request=OffsetCommit,error=NONE");
            // an attribute that is more than a second old has everything read again
            var old = new ObjectName("kafka.server:type=ReplicaManager,name=PartitionCount");
            while (!BEANS.isRegistered(committed)) {
                assertThat(BEANS.getAttribute(old, "Value")).isInstanceOf(Long.class);
                Thread.onSpinWait();
            }
            var count = new ObjectName("kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec,topic=t");
            assertThat(BEANS.getAttribute(count, "Count")).isEqualTo(1L);
            present = registered();
            for (ObjectName each : present.values())
                for (var attribute : BEANS.getMBeanInfo(each).getAttributes())
                    if (BEANS.getAttribute(each, attribute.getName()) == null) unread.add(each + " " + attribute);
        }
        assertThat(unread).isEmpty();
        assertThat(registered()).isEmpty();
        var missing = new TreeMap<String, String>();
        for (String line : lines("missing.txt")) {
            String[] cells = line.split(" \\| ", 2);
            assertThat(cells).as(line).hasSize(2);
            missing.put(cells[0], cells[1]);
        }
        var absent = new TreeSet<>(lines("kafka-4.4.0.txt"));
        absent.removeAll(present.keySet());
        var unexplained = new TreeSet<>(absent);
        unexplained.removeAll(missing.keySet());
        assertThat(unexplained).as("missing without a reason").isEmpty();
        var there = new TreeSet<>(missing.keySet());
        there.removeAll(absent);
        assertThat(there).as("listed as missing").isEmpty();
    }
}
