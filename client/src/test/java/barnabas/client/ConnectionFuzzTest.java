package barnabas.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import barnabas.client.FakeBroker.Reply;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Answers that are cut, bent or made of noise end in one exception, soon, and in little memory.
@Timeout(120)
class ConnectionFuzzTest {
    private static final int ROUNDS = Integer.getInteger("barnabas.fuzz.rounds", 3_000);
    private static final Duration PATIENCE = Duration.ofMillis(40);

    private record Exchange(RequestMessage request, ResponseMessage response) {}

    private static final List<Exchange> EXCHANGES = List.of(
            new Exchange(MetadataRequest.builder().build(), metadata()),
            new Exchange(FetchRequest.builder().build(), fetch()),
            new Exchange(
                    JoinGroupRequest.builder()
                            .groupId("g")
                            .protocolType("consumer")
                            .build(),
                    JoinGroupResponse.builder()
                            .memberId("member")
                            .leader("leader")
                            .protocolName("range")
                            .members(List.of(new JoinGroupResponse.JoinGroupResponseMember(
                                    "member", null, ByteBuffer.wrap(new byte[40]))))
                            .build()));

    private static MetadataResponse metadata() {
        var partition = MetadataResponse.MetadataResponsePartition.builder()
                .replicaNodes(List.of(1, 2, 3))
                .isrNodes(List.of(1, 2))
                .build();
        return MetadataResponse.builder()
                .brokers(List.of(new MetadataResponse.MetadataResponseBroker(1, "localhost", 9092, null)))
                .clusterId("cluster")
                .topics(List.of(MetadataResponse.MetadataResponseTopic.builder()
                        .name("topic")
                        .topicId(new Uuid(1, 2))
                        .partitions(List.of(partition, partition))
                        .build()))
                .build();
    }

    private static FetchResponse fetch() {
        var partition = FetchResponse.PartitionData.builder()
                .abortedTransactions(List.of(new FetchResponse.AbortedTransaction(1, 2)))
                .records(RecordData.of(ByteBuffer.wrap(new byte[200])))
                .build();
        return FetchResponse.builder()
                .responses(List.of(FetchResponse.FetchableTopicResponse.builder()
                        .topicId(new Uuid(1, 2))
                        .partitions(List.of(partition))
                        .build()))
                .build();
    }

    @Test
    void bentAnswers() throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var next = new AtomicReference<Exchange>();
        try (var broker = new FakeBroker(request -> {
            if (request.api() == ApiKey.API_VERSIONS) return new Reply.Answer(FakeBroker.allVersions());
            byte[] frame = FakeBroker.frame(request, next.get().response());
            synchronized (random) {
                return new Reply.Raw(ByteBuffer.wrap(bent(frame, random)));
            }
        })) {
            Connection connection = null;
            for (int round = 0; round < ROUNDS; round++) {
                if (connection == null || !connection.isOpen()) {
                    connection = Connection.open(broker.address(), ConnectionOptions.of("fuzz"));
                }
                next.set(EXCHANGES.get(round % EXCHANGES.size()));
                try {
                    connection.call(next.get().request(), next.get().response().getClass(), PATIENCE);
                } catch (ConnectionException e) {
                    assertThat(connection.isOpen()).isFalse();
                } catch (RuntimeException | Error e) {
                    fail("seed " + seed + ", round " + round, e);
                }
                // What a bent frame leaves behind would be taken for the next answer.
                connection.close();
                connection = null;
            }
        }
    }

    /// The first exchange meets strangers: TLS servers, web servers, noise.
    @Test
    void noiseAtTheFirstExchange() throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var strangers = List.of(
                "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8),
                new byte[] {0x15, 3, 3, 0, 2, 2, 40},
                "SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.UTF_8));
        try (var broker = new FakeBroker(request -> {
            synchronized (random) {
                int kind = random.nextInt(5);
                if (kind < 3) return new Reply.Raw(ByteBuffer.wrap(strangers.get(kind)));
                if (kind == 3) {
                    byte[] noise = new byte[1 + random.nextInt(200)];
                    random.nextBytes(noise);
                    return new Reply.Raw(ByteBuffer.wrap(noise));
                }
                var refusal = ApiVersionsResponse.builder()
                        .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                        .build();
                return new Reply.Raw(ByteBuffer.wrap(bent(FakeBroker.frame(request, refusal), random)));
            }
        })) {
            var options = ConnectionOptions.of("fuzz").withConnectTimeout(PATIENCE);
            for (int round = 0; round < ROUNDS / 10; round++) {
                try (var connection = Connection.open(broker.address(), options)) {
                    assertThat(connection.isOpen()).isTrue();
                } catch (ConnectionException e) {
                    assertThat(e.address()).isEqualTo(broker.address());
                } catch (RuntimeException | Error e) {
                    fail("seed " + seed + ", round " + round, e);
                }
            }
        }
    }

    private static byte[] bent(byte[] frame, Random random) {
        byte[] bytes = frame.clone();
        return switch (random.nextInt(5)) {
            // Cut, with a length that fits: the answer ends too early.
            case 0 -> {
                byte[] cut = Arrays.copyOf(bytes, 4 + random.nextInt(bytes.length - 4));
                ByteBuffer.wrap(cut).putInt(0, cut.length - 4);
                yield cut;
            }
            // A few bytes changed behind the length.
            case 1, 2 -> {
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
                }
                yield bytes;
            }
            // A length field somewhere becomes huge.
            case 3 -> {
                int at = 8 + random.nextInt(Math.max(1, bytes.length - 12));
                ByteBuffer.wrap(bytes).putInt(at, random.nextBoolean() ? Integer.MAX_VALUE : 1_000_000);
                yield bytes;
            }
            default -> {
                byte[] noise = new byte[4 + random.nextInt(100)];
                random.nextBytes(noise);
                if (random.nextBoolean()) ByteBuffer.wrap(noise).putInt(0, noise.length - 4);
                yield noise;
            }
        };
    }

    /// A frame that claims the largest size and brings nothing must not cost its size.
    @Test
    void anAnnouncedLengthIsNotAllocated() throws Exception {
        try (var broker = new FakeBroker(request -> request.api() == ApiKey.API_VERSIONS
                ? new Reply.Answer(FakeBroker.allVersions())
                : new Reply.Raw(ByteBuffer.allocate(100)
                        .putInt(ConnectionOptions.FRAME_BYTES_MAX_DEFAULT)
                        .clear()))) {
            var connections = new java.util.ArrayList<Connection>();
            // Together they would need several times the heap of a test.
            for (int i = 0; i < 50; i++) {
                var connection = Connection.open(broker.address(), ConnectionOptions.of("fuzz"));
                connections.add(connection);
                try {
                    connection.call(MetadataRequest.builder().build(), MetadataResponse.class, PATIENCE);
                    fail("there is no answer");
                } catch (ConnectionException e) {
                    assertThat(e.kind()).isEqualTo(ConnectionException.Kind.TIMED_OUT);
                }
            }
            assertThat(connections).hasSize(50);
        }
    }
}
