package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataRequest.MetadataRequestTopic;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bad input: its connection ends or its batch is refused, without effect on others.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class BadInputTest {
    private static final short PRODUCE_VERSION = 9;

    @TempDir
    Path data;

    private Barnabas broker;

    @BeforeEach
    void start() throws StartFailure {
        broker = Barnabas.start(settings(data));
    }

    private static Map<String, String> settings(Path data) {
        return Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString(), "message.max.bytes", "5000");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Socket connect() throws IOException {
        return RawRequests.connect(broker);
    }

    private static void assertClosed(Socket socket) {
        assertThatThrownBy(() -> new DataInputStream(socket.getInputStream()).readByte())
                .isInstanceOfAny(EOFException.class, SocketException.class);
    }

    private void assertServing() throws IOException {
        try (Socket socket = connect()) {
            RawRequests.send(
                    socket, ApiKey.API_VERSIONS, 0, ApiVersionsRequest.builder().build());
            var versions = (ApiVersionsResponse) RawRequests.receive(socket, ApiKey.API_VERSIONS, 0);
            assertThat(versions.errorCode()).isZero();
        }
    }

    @Test
    void garbageEndsItsConnectionOnly() throws IOException {
        var random = new SplittableRandom(42);
        try (Socket bystander = connect()) {
            for (int i = 0; i < 50; i++) {
                byte[] garbage = new byte[1 + random.nextInt(300)];
                random.nextBytes(garbage);
                // A first byte that makes the size negative or enormous, so that the frame cannot just be incomplete.
                garbage[0] = (byte) (0x40 | garbage[0]);
                try (Socket socket = connect()) {
                    socket.getOutputStream().write(garbage);
                    socket.shutdownOutput();
                    assertClosed(socket);
                }
            }
            RawRequests.send(
                    bystander,
                    ApiKey.API_VERSIONS,
                    0,
                    ApiVersionsRequest.builder().build());
            assertThat(RawRequests.receive(bystander, ApiKey.API_VERSIONS, 0)).isInstanceOf(ApiVersionsResponse.class);
        }
    }

    @Test
    void unknownApisAndVersionsEndTheConnection() throws IOException {
        for (short[] keyAndVersion : new short[][] {{999, 0}, {-1, 0}, {4, 0}, {1, 99}, {3, -1}, {0, 2}}) {
            try (Socket socket = connect()) {
                ByteBuffer frame = ByteBuffer.allocate(16);
                frame.putInt(12)
                        .putShort(keyAndVersion[0])
                        .putShort(keyAndVersion[1])
                        .putInt(7)
                        .putShort((short) -1);
                socket.getOutputStream().write(frame.array());
                assertClosed(socket);
            }
        }
        assertServing();
    }

    @Test
    void httpAndTlsEndTheConnection() throws IOException {
        for (byte[] hello : List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3})) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(hello);
                assertClosed(socket);
            }
        }
        assertServing();
    }

    @Test
    void aNewerApiVersionsIsAnsweredInTheOldestForm() throws IOException {
        try (Socket socket = connect()) {
            ByteBuffer frame = ByteBuffer.allocate(15);
            frame.putInt(11)
                    .putShort(ApiKey.API_VERSIONS.id())
                    .putShort((short) 99)
                    .putInt(7);
            socket.getOutputStream().write(frame.array());
            var response = (ApiVersionsResponse) RawRequests.receive(socket, ApiKey.API_VERSIONS, 0);
            assertThat(response.errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
            assertThat(response.apiKeys()).isNotEmpty();
        }
    }

    private PartitionProduceResponse produce(String topic, int partition, RecordData records, short acks)
            throws IOException {
        try (Socket socket = connect()) {
            var name = MetadataRequestTopic.builder().name("t").build();
            RawRequests.send(
                    socket,
                    ApiKey.METADATA,
                    9,
                    MetadataRequest.builder().topics(List.of(name)).build());
            RawRequests.receive(socket, ApiKey.METADATA, 9);
            var batch = new PartitionProduceData(partition, records);
            var topics = List.of(TopicProduceData.builder()
                    .name(topic)
                    .partitionData(List.of(batch))
                    .build());
            var request = ProduceRequest.builder()
                    .acks(acks)
                    .timeoutMs(1000)
                    .topicData(topics)
                    .build();
            RawRequests.send(socket, ApiKey.PRODUCE, PRODUCE_VERSION, request);
            var response = (ProduceResponse) RawRequests.receive(socket, ApiKey.PRODUCE, PRODUCE_VERSION);
            return response.responses().getFirst().partitionResponses().getFirst();
        }
    }

    private static ByteBuffer batch(int valueBytes) {
        return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(new byte[valueBytes]))
                .buffer();
    }

    private static ErrorCode error(PartitionProduceResponse response) {
        return ErrorCode.of(response.errorCode());
    }

    @Test
    void badBatchesAreRefusedAndNothingIsWritten() throws IOException {
        ByteBuffer wrongCrc = batch(100);
        wrongCrc.put(wrongCrc.limit() - 1, (byte) 99);
        assertThat(error(produce("t", 0, RecordData.of(wrongCrc), (short) 1))).isEqualTo(ErrorCode.CORRUPT_MESSAGE);

        assertThat(error(produce("t", 0, RecordData.of(batch(6000)), (short) 1)))
                .isEqualTo(ErrorCode.MESSAGE_TOO_LARGE);

        ByteBuffer oldMagic = batch(100);
        oldMagic.put(16, (byte) 1);
        assertThat(error(produce("t", 0, RecordData.of(oldMagic), (short) 1)))
                .isIn(ErrorCode.INVALID_RECORD, ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT);

        ByteBuffer cut = batch(100).slice(0, 80);
        assertThat(produce("t", 0, RecordData.of(cut), (short) 1).errorCode()).isNotZero();
        assertThat(produce("t", 0, RecordData.of(ByteBuffer.allocate(0)), (short) 1)
                        .errorCode())
                .isNotZero();

        assertThat(error(produce("t", 0, RecordData.of(batch(10)), (short) 5)))
                .isEqualTo(ErrorCode.INVALID_REQUIRED_ACKS);
        assertThat(error(produce("t", 99, RecordData.of(batch(10)), (short) 1)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(produce("nowhere", 0, RecordData.of(batch(10)), (short) 1)))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);

        PartitionProduceResponse good = produce("t", 0, RecordData.of(batch(10)), (short) -1);
        assertThat(good.errorCode()).isZero();
        assertThat(good.baseOffset()).as("the first thing ever written").isZero();
    }

    @Test
    void aSecondBrokerOnTheSameDataOrPortSaysWhy(@TempDir Path elsewhere) {
        assertThatThrownBy(() -> Barnabas.start(settings(data)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(data.toString());
        var samePort =
                Map.of("listeners", "PLAINTEXT://" + broker.bootstrapServers(), "log.dirs", elsewhere.toString());
        assertThatThrownBy(() -> Barnabas.start(samePort))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(Integer.toString(broker.address().getPort()));
    }

    @Test
    void allConfigurationMistakesAreReportedTogether() {
        var wrong = Map.of("num.partitions", "-2", "log.retention.mss", "5", "listeners", "nonsense");
        assertThatThrownBy(() -> Barnabas.start(wrong))
                .isInstanceOfSatisfying(
                        StartFailure.class,
                        failure -> assertThat(failure.problems())
                                .hasSizeGreaterThanOrEqualTo(3)
                                .anyMatch(problem -> problem.contains("log.retention.ms")));
    }
}
