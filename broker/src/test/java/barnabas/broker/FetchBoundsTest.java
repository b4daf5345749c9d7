package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A fetch waits for no more, and brings no more, than its own limits allow.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FetchBoundsTest {
    private static final short BY_NAME = 12;
    private static final int LONG_WAIT_MILLIS = 30_000;
    private static final int BROKER_BYTES_MAX = 1 << 20;

    @TempDir
    Path data;

    private Barnabas broker;
    private Socket socket;

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "fetch.max.bytes",
                Integer.toString(BROKER_BYTES_MAX)));
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        }
        socket = RawRequests.connect(broker);
    }

    @AfterEach
    void stop() throws Exception {
        socket.close();
        broker.close();
    }

    private void produce(int records, int bytes) {
        Map<String, Object> options = Map.of("bootstrap.servers", broker.bootstrapServers(), "batch.size", 0);
        try (var producer = new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) producer.send(new ProducerRecord<>("t", new byte[bytes]));
        }
    }

    private FetchResponse.PartitionData fetch(int bytesMin, int bytesMax, byte isolation) throws Exception {
        var partition = FetchPartition.builder()
                .partition(0)
                .partitionMaxBytes(Integer.MAX_VALUE)
                .build();
        var request = FetchRequest.builder()
                .maxWaitMs(LONG_WAIT_MILLIS)
                .minBytes(bytesMin)
                .maxBytes(bytesMax)
                .isolationLevel(isolation)
                .sessionEpoch(-1)
                .topics(List.of(FetchTopic.builder()
                        .topic("t")
                        .partitions(List.of(partition))
                        .build()))
                .build();
        RawRequests.send(socket, ApiKey.FETCH, BY_NAME, request);
        var response = (FetchResponse) RawRequests.receive(socket, ApiKey.FETCH, BY_NAME);
        return response.responses().getFirst().partitions().getFirst();
    }

    /// The socket's own patience ends before the fetch's: an answer means that the fetch did not wait.
    @Test
    void theLeastIsNeverMoreThanTheMost() throws Exception {
        produce(60, 1_000);
        assertThat(fetch(20_000, 5_000, (byte) 0).records().sizeBytes()).isBetween(1_000, 5_000);
        produce(1_200, 1_000);
        assertThat(fetch(Integer.MAX_VALUE, Integer.MAX_VALUE, (byte) 0)
                        .records()
                        .sizeBytes())
                .as("fetch.max.bytes")
                .isBetween(BROKER_BYTES_MAX / 2, BROKER_BYTES_MAX);
    }

    @Test
    void abortedTransactionsBehindTheSliceAreLeftOut() throws Exception {
        Map<String, Object> options = Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "x");
        try (var producer = new KafkaProducer<>(options, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < 300; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("t", new byte[100]));
                producer.flush();
                producer.abortTransaction();
            }
        }
        var answer = fetch(1, 1_000, (byte) 1);
        assertThat(answer.records().sizeBytes()).isBetween(1, 1_000);
        // One index entry for 4 KB of log, a transaction and its marker take about 250 bytes.
        assertThat(answer.abortedTransactions()).hasSizeBetween(1, 60);
    }
}
