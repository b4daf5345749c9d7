package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.FileDisk;
import barnabas.broker.ThrowingDisk.Operation;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An unexpected Error or exception, planted at each kind of place. Clients wait a minute for each answer, so that
/// a request without answer and without the end of its connection runs into the time-out of the test.
@Timeout(value = 50, unit = TimeUnit.SECONDS)
class FailFastTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final Predicate<Path> ORDERS_LOG =
            file -> file.toString().contains("orders-0") && file.toString().endsWith(".log");
    private static final Predicate<Path> OFFSETS_LOG = file ->
            file.toString().contains("__consumer_offsets") && file.toString().endsWith(".log");
    private static final Predicate<Path> METADATA_LOG = file ->
            file.toString().contains("__cluster_metadata") && file.toString().endsWith(".log");
    private static final Supplier<Throwable> BUG = () -> new IllegalStateException("planted bug");
    private static final Supplier<Throwable> ERROR = () -> new InternalError("planted error");

    @TempDir
    Path data;

    private record Failed(String what, Throwable cause) {}

    private final BlockingQueue<Failed> failures = new LinkedBlockingQueue<>();
    private ThrowingDisk disk;
    private Node broker;

    @BeforeEach
    void start() throws Exception {
        disk = new ThrowingDisk(new FileDisk());
        broker = start((what, cause) -> failures.add(new Failed(what, cause)));
        try (var admin = Admin.create(client())) {
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
                    .all()
                    .get();
        }
        commitOffset();
        transaction();
    }

    private Node start(barnabas.base.Failure failure) throws StartFailure {
        var settings = Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "node.id", "1",
                "log.dirs", data.toString(),
                "transaction.state.log.num.partitions", "1",
                "offsets.topic.num.partitions", "1");
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var warnings)))
            throw new IllegalArgumentException("settings");
        return Node.start(config, World.real(disk, failure));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Map<String, Object> client() {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", "127.0.0.1:" + broker.address().getPort());
        settings.put("request.timeout.ms", 60_000);
        settings.put("delivery.timeout.ms", 120_000);
        settings.put("default.api.timeout.ms", 120_000);
        settings.put("linger.ms", 0);
        settings.put("auto.offset.reset", "earliest");
        return settings;
    }

    private interface Action {
        void run() throws Exception;
    }

    /// With an exception the broker goes on, with an Error it reports that it cannot.
    private void survives(Operation operation, Predicate<Path> files, Action action) throws Exception {
        disk.plant(operation, files, BUG);
        attempt(action);
        assertThat(disk.hasThrown()).isTrue();
        assertThat(failures).isEmpty();
        produce();

        disk.plant(operation, files, ERROR);
        attempt(action);
        assertThat(disk.hasThrown()).isTrue();
        assertThat(failures.poll(20, TimeUnit.SECONDS))
                .extracting(Failed::cause)
                .satisfies(cause -> assertThat(cause).isInstanceOf(InternalError.class));
    }

    /// The broker may refuse, as long as it says so.
    private static void attempt(Action action) throws Exception {
        try {
            action.run();
        } catch (ExecutionException | KafkaException refused) {
            assertThat(refused).isNotNull();
        }
    }

    private void produce() throws Exception {
        try (var producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("orders", new byte[100])).get();
        }
    }

    private void transaction() {
        var settings = client();
        settings.put("transactional.id", "tx");
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("orders", new byte[100]));
            producer.commitTransaction();
        }
    }

    private void read() {
        try (var consumer = new KafkaConsumer<>(client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(ORDERS));
            while (consumer.poll(Duration.ofMillis(100)).isEmpty())
                assertThat(consumer.assignment()).isNotEmpty();
        }
    }

    private void searchByTime() throws Exception {
        try (var consumer = new KafkaConsumer<>(client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertThat(consumer.offsetsForTimes(Map.of(ORDERS, 1L))).isNotNull();
        }
    }

    private void commitOffset() throws Exception {
        var settings = client();
        settings.put("group.id", "g");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.commitSync(Map.of(ORDERS, new OffsetAndMetadata(1)));
        }
    }

    @Test
    void anAppendOnTheEventLoop() throws Exception {
        survives(Operation.WRITE, ORDERS_LOG, this::produce);
    }

    @Test
    void anAppendThatWaitsForTheTransactionCoordinator() throws Exception {
        survives(Operation.WRITE, ORDERS_LOG, this::transaction);
    }

    @Test
    void aSearchByTime() throws Exception {
        survives(Operation.READ, ORDERS_LOG, this::searchByTime);
    }

    @Test
    void aRecordOfACoordinator() throws Exception {
        survives(Operation.WRITE, OFFSETS_LOG, this::commitOffset);
    }

    @Test
    void aFetch() throws Exception {
        produce();
        survives(Operation.READ, ORDERS_LOG, this::read);
    }

    @Test
    void aMetadataLogThatCannotBeWritten() throws Exception {
        disk.plant(Operation.WRITE, METADATA_LOG, () -> new IOException("Input/output error"));
        attempt(() -> createTopic("refused"));
        assertThat(failures.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void anErrorOfTheMetadataThread() throws Exception {
        disk.plant(Operation.WRITE, METADATA_LOG, ERROR);
        attempt(() -> createTopic("refused"));
        assertThat(failures.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void anErrorOfAListenerOfTheMetadata() throws Exception {
        disk.plant(Operation.OPEN, file -> file.toString().contains("unlucky-0"), ERROR);
        attempt(() -> createTopic("unlucky"));
        assertThat(failures.poll(20, TimeUnit.SECONDS)).isNotNull();
    }

    private void createTopic(String name) throws Exception {
        try (var admin = Admin.create(client())) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        }
    }

    /// The program around an embedded broker goes on.
    @Test
    void anEmbeddedBrokerStopsItself() throws Exception {
        broker.close();
        var failure = new StopOnFailure();
        broker = start(failure);
        failure.watch(broker, World.real(failure).threads());
        InetSocketAddress address = broker.address();
        disk.plant(Operation.WRITE, METADATA_LOG, ERROR);
        attempt(() -> createTopic("refused"));
        broker.close(); // waits for the stop that is under way, or is the one that does it
        assertThat(failure.hasFailed()).isTrue();
        try (var socket = new Socket()) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> socket.connect(address, 5_000))
                    .isInstanceOf(ConnectException.class);
        }
    }
}
