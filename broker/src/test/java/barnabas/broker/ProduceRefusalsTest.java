package barnabas.broker;

import static barnabas.protocol.ErrorCode.CORRUPT_MESSAGE;
import static barnabas.protocol.ErrorCode.DUPLICATE_SEQUENCE_NUMBER;
import static barnabas.protocol.ErrorCode.INVALID_PRODUCER_EPOCH;
import static barnabas.protocol.ErrorCode.INVALID_RECORD;
import static barnabas.protocol.ErrorCode.INVALID_REQUIRED_ACKS;
import static barnabas.protocol.ErrorCode.INVALID_TOPIC_EXCEPTION;
import static barnabas.protocol.ErrorCode.NONE;
import static barnabas.protocol.ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
import static barnabas.protocol.ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
import static barnabas.protocol.ErrorCode.UNKNOWN_TOPIC_ID;
import static barnabas.protocol.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
import static barnabas.protocol.ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.records.RecordBatchBuilder;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Produce requests with several faults get the error that Apache Kafka 4.4.0 gives, which looks for faults in its own
/// order: the request, the topic, the frame of the batch, acks, the batch, its records, the producer.
@Timeout(60)
class ProduceRefusalsTest {
    private static final int LENGTH_AT = 8;
    private static final int MAGIC_AT = 16;
    private static final int CRC_AT = 17;
    private static final int ATTRIBUTES_AT = 21;
    private static final int PRODUCER_EPOCH_AT = 51;

    private static final short NEWEST_BY_NAME = 12;
    private static final short BY_ID = 13;

    @TempDir
    static Path data;

    private static Barnabas broker;
    private static Uuid topicId;

    @BeforeAll
    static void start() throws Exception {
        broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var created = admin.createTopics(List.of(new NewTopic("t", 1, (short) 1)));
            var id = created.topicId("t").get();
            topicId = new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static ByteBuffer batch(CompressionCodec codec) {
        return new RecordBatchBuilder(Compression.of(codec))
                .append(1, new byte[1], new byte[10])
                .build();
    }

    private static ByteBuffer withCrc(ByteBuffer batch) {
        var crc = new CRC32C();
        crc.update(batch.duplicate().position(ATTRIBUTES_AT));
        return batch.putInt(CRC_AT, (int) crc.getValue());
    }

    private static ByteBuffer followed(ByteBuffer batch, ByteBuffer more) {
        return ByteBuffer.allocate(batch.remaining() + more.remaining())
                .put(batch.duplicate())
                .put(more.duplicate())
                .flip();
    }

    private record Attempt(String topic, Uuid topicId, int index, short acks, short version) {
        private static final Attempt NEWEST = new Attempt("t", Uuid.ZERO, 0, (short) 1, NEWEST_BY_NAME);

        Attempt topic(String name) {
            return new Attempt(name, topicId, index, acks, version);
        }

        Attempt acks(int other) {
            return new Attempt(topic, topicId, index, (short) other, version);
        }

        Attempt version(int other) {
            return new Attempt(topic, topicId, index, acks, (short) other);
        }

        ErrorCode of(ByteBuffer records) throws IOException {
            var partition = PartitionProduceData.builder()
                    .index(index)
                    .records(new RecordData.InMemory(records))
                    .build();
            var named = TopicProduceData.builder()
                    .topicId(topicId)
                    .name(version >= BY_ID ? "" : topic)
                    .partitionData(List.of(partition))
                    .build();
            var request = ProduceRequest.builder()
                    .acks(acks)
                    .timeoutMs(1_000)
                    .topicData(List.of(named))
                    .build();
            try (Socket socket = RawRequests.connect(broker)) {
                RawRequests.send(socket, ApiKey.PRODUCE, version, request);
                var response = (ProduceResponse) RawRequests.receive(socket, ApiKey.PRODUCE, version);
                return ErrorCode.of(response.responses()
                        .getFirst()
                        .partitionResponses()
                        .getFirst()
                        .errorCode());
            }
        }
    }

    @Test
    void zstdCameWithVersionSeven() throws IOException {
        for (CompressionCodec codec : CompressionCodec.values()) {
            ErrorCode old = codec == CompressionCodec.ZSTD ? UNSUPPORTED_COMPRESSION_TYPE : NONE;
            assertThat(Attempt.NEWEST.version(6).of(batch(codec)))
                    .as("v6 %s", codec)
                    .isEqualTo(old);
            assertThat(Attempt.NEWEST.version(7).of(batch(codec)))
                    .as("v7 %s", codec)
                    .isEqualTo(NONE);
        }
        ByteBuffer two = followed(batch(CompressionCodec.ZSTD), batch(CompressionCodec.ZSTD));
        assertThat(Attempt.NEWEST.version(6).of(two)).isEqualTo(UNSUPPORTED_COMPRESSION_TYPE);
    }

    @Test
    void framesCountBeforeAcksAndAcksBeforeRecords() throws IOException {
        ByteBuffer fine = batch(CompressionCodec.NONE);
        ByteBuffer damaged = batch(CompressionCodec.NONE).putInt(CRC_AT, 7);
        Attempt wrongAcks = Attempt.NEWEST.acks(2);
        assertThat(wrongAcks.of(ByteBuffer.allocate(0))).isEqualTo(INVALID_RECORD);
        assertThat(wrongAcks.of(followed(fine, fine))).isEqualTo(INVALID_RECORD);
        assertThat(wrongAcks.of(damaged)).isEqualTo(INVALID_REQUIRED_ACKS);
        assertThat(wrongAcks.topic("__consumer_offsets_").of(fine)).isEqualTo(UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void bytesBehindABatchCountFirst() throws IOException {
        ByteBuffer damaged = batch(CompressionCodec.NONE).putInt(CRC_AT, 7);
        assertThat(Attempt.NEWEST.of(damaged)).isEqualTo(CORRUPT_MESSAGE);
        assertThat(Attempt.NEWEST.of(followed(damaged, damaged))).isEqualTo(INVALID_RECORD);
        ByteBuffer fine = batch(CompressionCodec.NONE);
        assertThat(Attempt.NEWEST.of(followed(fine, ByteBuffer.allocate(12)))).isEqualTo(CORRUPT_MESSAGE);
        assertThat(Attempt.NEWEST.of(followed(fine, ByteBuffer.allocate(11)))).isEqualTo(NONE);
        assertThat(Attempt.NEWEST.of(fine.duplicate().limit(fine.limit() - 1))).isEqualTo(INVALID_RECORD);
    }

    @Test
    void magicsThatNeverWereAreDamage() throws IOException {
        for (byte magic : new byte[] {0, 1, 3, -1, Byte.MAX_VALUE}) {
            ByteBuffer other = batch(CompressionCodec.NONE).put(MAGIC_AT, magic);
            assertThat(Attempt.NEWEST.of(other)).isEqualTo(magic == 0 || magic == 1 ? INVALID_RECORD : CORRUPT_MESSAGE);
        }
        assertThat(Attempt.NEWEST.topic("nope").of(batch(CompressionCodec.NONE).putInt(LENGTH_AT, 13)))
                .isEqualTo(CORRUPT_MESSAGE);
    }

    @Test
    void transactionsHaveAnId() throws IOException {
        ByteBuffer transactional = withCrc(batch(CompressionCodec.NONE).putShort(ATTRIBUTES_AT, (short) 16));
        assertThat(Attempt.NEWEST.acks(2).topic("nope").of(transactional))
                .isEqualTo(TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    }

    @Test
    void epochsBelowNoneAreRefused() throws IOException {
        ByteBuffer batch = new RecordBatchBuilder(Compression.NONE)
                .producer(77, (short) 0, 0)
                .append(1, null, new byte[1])
                .build();
        assertThat(Attempt.NEWEST.of(withCrc(batch.putShort(PRODUCER_EPOCH_AT, (short) -2))))
                .isEqualTo(INVALID_PRODUCER_EPOCH);
    }

    /// Apache Kafka answers OUT_OF_ORDER_SEQUENCE_NUMBER, which clients answer with the same batch until they give up.
    @Test
    void oldBatchesThatAreInTheLogAreDuplicates() throws IOException {
        for (int sequence = 0; sequence < 8; sequence++)
            assertThat(Attempt.NEWEST.acks(-1).of(numbered(sequence))).isEqualTo(NONE);
        assertThat(Attempt.NEWEST.acks(-1).of(numbered(7))).isEqualTo(NONE);
        assertThat(Attempt.NEWEST.acks(-1).of(numbered(0))).isEqualTo(DUPLICATE_SEQUENCE_NUMBER);
        assertThat(Attempt.NEWEST.acks(-1).of(numbered(9))).isEqualTo(OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    private static ByteBuffer numbered(int sequence) {
        return new RecordBatchBuilder(Compression.NONE)
                .producer(78, (short) 0, sequence)
                .append(1, null, new byte[1])
                .build();
    }

    @Test
    void offsetsOfABatchCountBeforeItsSize() throws IOException {
        ByteBuffer large = new RecordBatchBuilder(Compression.NONE)
                .append(1, null, new byte[2 << 20])
                .build();
        assertThat(Attempt.NEWEST.of(large)).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);
        assertThat(Attempt.NEWEST.of(large.putLong(0, 1))).isEqualTo(INVALID_RECORD);
    }

    @Test
    void anIdIsKnownWithoutThePartition() throws IOException {
        ByteBuffer fine = batch(CompressionCodec.NONE);
        assertThat(new Attempt("", topicId, 0, (short) 1, BY_ID).of(fine)).isEqualTo(NONE);
        assertThat(new Attempt("", topicId, 9, (short) 1, BY_ID).of(fine)).isEqualTo(UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(new Attempt("", new Uuid(7, 7), 0, (short) 1, BY_ID).of(fine))
                .isEqualTo(UNKNOWN_TOPIC_ID);
    }

    @Test
    void framesCountBeforeInternalTopics() throws IOException {
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(
                    socket,
                    ApiKey.FIND_COORDINATOR,
                    6,
                    FindCoordinatorRequest.builder()
                            .coordinatorKeys(List.of("g"))
                            .build());
            assertThat(RawRequests.receive(socket, ApiKey.FIND_COORDINATOR, 6)).isNotNull();
        }
        Attempt internal = Attempt.NEWEST.topic("__consumer_offsets");
        assertThat(internal.of(ByteBuffer.allocate(0))).isEqualTo(INVALID_RECORD);
        assertThat(internal.acks(2).of(batch(CompressionCodec.NONE))).isEqualTo(INVALID_REQUIRED_ACKS);
        assertThat(internal.of(batch(CompressionCodec.NONE))).isEqualTo(INVALID_TOPIC_EXCEPTION);
    }
}
