package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.Message;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import java.io.DataInputStream;
import java.io.EOFException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A request that repeats a name many times gets no answer, and takes no time, that is out of proportion to its size.
/// Every API that the broker advertises is asked; a new one is asked from its first day on.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RepeatedNamesTest {
    private static final int REPEATS = 10_000;
    private static final int PARTITIONS = 1_000;
    /// The answer about one topic with all its partitions, or about one resource with all its keys.
    private static final int ANSWER_BYTES_FREE = 512 << 10;

    private static final int ANSWER_BYTES_PER_REQUEST_BYTE = 30;
    private static final Duration ANSWER_TIME_MAX = Duration.ofSeconds(10);

    @TempDir
    static Path data;

    private static Barnabas broker;

    @BeforeAll
    static void start() throws Exception {
        broker = Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "group.initial.rebalance.delay.ms",
                "0",
                "offsets.topic.num.partitions",
                "1",
                "transaction.state.log.num.partitions",
                "1"));
        Map<String, Object> address = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(address)) {
            admin.createTopics(List.of(new NewTopic(RepeatedNames.TOPIC, PARTITIONS, (short) 1)))
                    .all()
                    .get();
            var committed = new OffsetAndMetadata(0, "m".repeat(4_000));
            admin.alterConsumerGroupOffsets(
                            RepeatedNames.GROUP, Map.of(new TopicPartition(RepeatedNames.TOPIC, 0), committed))
                    .all()
                    .get();
        }
        Map<String, Object> transactional = Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "transactional.id", RepeatedNames.TRANSACTIONAL_ID);
        try (var producer = new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    static List<ApiKey> apis() throws Exception {
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(
                    socket,
                    ApiKey.API_VERSIONS,
                    4,
                    ApiVersionsRequest.builder()
                            .clientSoftwareName("a")
                            .clientSoftwareVersion("1")
                            .build());
            var answer = (ApiVersionsResponse) RawRequests.receive(socket, ApiKey.API_VERSIONS, 4);
            var keys = new ArrayList<ApiKey>();
            for (var each : answer.apiKeys()) keys.add(ApiKey.of(each.apiKey()));
            assertThat(keys).hasSizeGreaterThan(40);
            return keys;
        }
    }

    @ParameterizedTest
    @MethodSource("apis")
    void answersStayInProportion(ApiKey key) throws Exception {
        for (short version : new short[] {key.lowestVersion(), key.highestStableVersion()}) {
            for (int depth = 0; depth < 3; depth++) ask(key, version, new RepeatedNames(REPEATS, depth));
        }
    }

    private static void ask(ApiKey key, short version, RepeatedNames names) throws Exception {
        RequestMessage request = names.message(type(key), version);
        try (Socket socket = RawRequests.connect(broker)) {
            long start = System.nanoTime();
            RawRequests.send(socket, key, version, request);
            int bytes = answerBytes(socket);
            assertThat(bytes)
                    .as("answer to %s v%d, depth %d", key, version, names.depth())
                    .isLessThanOrEqualTo(
                            ANSWER_BYTES_FREE + ANSWER_BYTES_PER_REQUEST_BYTE * request.sizeBytes(version));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("time of %s v%d, depth %d", key, version, names.depth())
                    .isLessThan(ANSWER_TIME_MAX);
        }
    }

    /// 0 when the connection was closed instead.
    private static int answerBytes(Socket socket) throws Exception {
        var in = new DataInputStream(socket.getInputStream());
        try {
            int size = in.readInt();
            in.skipNBytes(size);
            return size;
        } catch (EOFException | SocketException e) {
            return 0;
        }
    }

    private static Class<? extends RequestMessage> type(ApiKey key) throws ClassNotFoundException {
        var name = new StringBuilder(Message.class.getPackageName()).append(".message.");
        for (String word : key.name().split("_", -1))
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        return Class.forName(name + "Request").asSubclass(RequestMessage.class);
    }
}
