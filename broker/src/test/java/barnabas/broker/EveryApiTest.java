package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.Message;
import barnabas.protocol.RequestMessage;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every API that the broker advertises, in every version: Kafka's own message classes read the answer to the last
/// byte. A new API and a new version are asked from their first day on.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EveryApiTest {
    private static final int CORRELATION = 77;

    /// Advertised for librdkafka's sake, served by neither Kafka nor Barnabas (KAFKA-18659).
    private static final int PRODUCE_SERVED_SINCE = 3;

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
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(RepeatedNames.TOPIC, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    static List<ApiVersion> apis() throws IOException {
        var request = new ApiVersionsRequestData().setClientSoftwareName("a").setClientSoftwareVersion("1");
        try (Socket socket = RawRequests.connect(broker)) {
            var answer = (ApiVersionsResponseData)
                    exchange(socket, ApiKeys.API_VERSIONS, (short) 4, written(request, (short) 4));
            assertThat(answer.apiKeys()).hasSizeGreaterThan(40);
            return List.copyOf(answer.apiKeys());
        }
    }

    @ParameterizedTest
    @MethodSource("apis")
    void isReadByKafkaInEveryVersion(ApiVersion api) throws Exception {
        var key = ApiKeys.forId(api.apiKey());
        int asked = 0;
        for (short version = first(api); version <= api.maxVersion(); version++) {
            for (ByteBuffer body : bodies(key, version)) {
                // A connection for each: some requests end theirs.
                try (Socket socket = RawRequests.connect(broker)) {
                    long start = System.nanoTime();
                    assertThat(exchange(socket, key, version, body)).isNotNull();
                    assertThat(Duration.ofNanos(System.nanoTime() - start))
                            .as("%s v%d", key, version)
                            .isLessThan(Duration.ofSeconds(5));
                    asked++;
                }
            }
        }
        assertThat(asked).isGreaterThanOrEqualTo(2 * (api.maxVersion() - first(api) + 1));
    }

    private static short first(ApiVersion api) {
        return api.apiKey() == ApiKeys.PRODUCE.id ? PRODUCE_SERVED_SINCE : api.minVersion();
    }

    /// The least that Kafka's own class writes; then names that exist; then names that stand twice.
    private static List<ByteBuffer> bodies(ApiKeys key, short version) throws ReflectiveOperationException {
        var bodies = new ArrayList<ByteBuffer>();
        bodies.add(written(answerable(key.messageType.newRequest()), version));
        for (int repeats = 1; repeats <= 2; repeats++) {
            ByteBuffer body =
                    new RepeatedNames(repeats, 0).message(type(key), version).toBuffer(version);
            var reader = new ByteBufferAccessor(body.duplicate());
            ApiMessage read = key.messageType.newRequest();
            read.read(reader, version);
            assertThat(reader.remaining()).as("rest of the request %s", read).isZero();
            assertThat(written(read, version))
                    .as("as Kafka writes it: %s", read)
                    .isEqualTo(body);
            bodies.add(written(answerable(read), version));
        }
        return bodies;
    }

    private static ByteBuffer written(ApiMessage request, short version) {
        return MessageUtil.toByteBufferAccessor(request, version).buffer();
    }

    private static ApiMessage answerable(ApiMessage request) {
        if (request instanceof ProduceRequestData produce) produce.setAcks((short) 1);
        if (request instanceof ApiVersionsRequestData versions)
            versions.setClientSoftwareName("a").setClientSoftwareVersion("1");
        return request;
    }

    @ParameterizedTest
    @MethodSource("apis")
    void otherVersionsAreRefused(ApiVersion api) throws IOException {
        var key = ApiKeys.forId(api.apiKey());
        List<Integer> versions =
                new ArrayList<>(List.of(-1, api.maxVersion() + 1, (int) Short.MAX_VALUE, (int) Short.MIN_VALUE));
        for (int version = 0; version < first(api); version++) versions.add(version);
        for (int version : versions) {
            try (Socket socket = RawRequests.connect(broker)) {
                send(socket, key, (short) version, ByteBuffer.allocate(32));
                byte[] answer = receive(socket);
                if (key != ApiKeys.API_VERSIONS) {
                    assertThat(answer).as("answer to %s v%d", key, version).isEmpty();
                    continue;
                }
                // KIP-511: in the form that every client can read.
                var reader = new ByteBufferAccessor(ByteBuffer.wrap(answer));
                new ResponseHeaderData(reader, (short) 0);
                var refusal = new ApiVersionsResponseData(reader, (short) 0);
                assertThat(reader.remaining()).isZero();
                assertThat(refusal.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
                assertThat(refusal.apiKeys().find(key.id)).isNotNull();
            }
        }
    }

    private static ApiMessage exchange(Socket socket, ApiKeys key, short version, ByteBuffer body) throws IOException {
        send(socket, key, version, body);
        byte[] answer = receive(socket);
        assertThat(answer).as("answer to %s v%d", key, version).isNotEmpty();
        var reader = new ByteBufferAccessor(ByteBuffer.wrap(answer));
        var header = new ResponseHeaderData(reader, key.responseHeaderVersion(version));
        assertThat(header.correlationId()).isEqualTo(CORRELATION);
        ApiMessage message = key.messageType.newResponse();
        message.read(reader, version);
        assertThat(reader.remaining()).as("rest of the answer %s", message).isZero();
        return message;
    }

    private static void send(Socket socket, ApiKeys key, short version, ByteBuffer body) throws IOException {
        var header = new RequestHeaderData()
                .setRequestApiKey(key.id)
                .setRequestApiVersion(version)
                .setCorrelationId(CORRELATION)
                .setClientId("test");
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header, key.requestHeaderVersion(version))
                .buffer();
        ByteBuffer frame = ByteBuffer.allocate(4 + head.remaining() + body.remaining());
        frame.putInt(head.remaining() + body.remaining()).put(head).put(body.duplicate());
        socket.getOutputStream().write(frame.array());
    }

    /// Empty when the connection is closed instead.
    private static byte[] receive(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        try {
            var answer = new byte[in.readInt()];
            in.readFully(answer);
            return answer;
        } catch (EOFException | SocketException closed) {
            return new byte[0];
        }
    }

    private static Class<? extends RequestMessage> type(ApiKeys key) throws ClassNotFoundException {
        var name = new StringBuilder(Message.class.getPackageName()).append(".message.");
        for (String word : ApiKey.of(key.id).name().split("_", -1))
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        return Class.forName(name + "Request").asSubclass(RequestMessage.class);
    }
}
