package barnabas.client.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.FetchResponse.AbortedTransaction;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final ConsumerOptions COMMITTED =
            ConsumerOptions.DEFAULT.withIsolation(IsolationLevel.READ_COMMITTED);

    private static ByteBuffer batch(long offset, long producerId, boolean transactional, String... values) {
        var builder = new RecordBatchBuilder(Compression.of(CompressionCodec.LZ4)).baseOffset(offset);
        if (producerId >= 0) builder.producer(producerId, (short) 0, 0);
        if (transactional) builder.transactional();
        for (String value : values) builder.append(1, null, value.getBytes(StandardCharsets.UTF_8));
        return builder.build();
    }

    private static ByteBuffer marker(long offset, long producerId, boolean commit) {
        var marker = ControlRecord.endTransaction(commit, producerId, (short) 0, 0, 1);
        RecordBatch.at(marker, 0).rewriteBaseOffset(offset);
        return marker;
    }

    private static ByteBuffer join(ByteBuffer... batches) {
        int size = 0;
        for (var batch : batches) size += batch.remaining();
        var joined = ByteBuffer.allocate(size);
        for (var batch : batches) joined.put(batch);
        return joined.flip();
    }

    private static List<String> values(RecordReader reader) {
        return reader.records().stream()
                .map(each ->
                        StandardCharsets.UTF_8.decode(each.value().duplicate()).toString())
                .toList();
    }

    @Test
    void beginsAtThePositionInTheMiddleOfABatch() throws Exception {
        var reader = new RecordReader(PARTITION, ConsumerOptions.DEFAULT, 6);
        reader.read(join(batch(5, -1, false, "a", "b", "c"), batch(8, -1, false, "d")), List.of());
        assertThat(values(reader)).containsExactly("b", "c", "d");
        assertThat(reader.nextOffset()).isEqualTo(9);
    }

    @Test
    void leavesOutABatchThatTheBrokerCut() throws Exception {
        var whole = join(batch(0, -1, false, "a"), batch(1, -1, false, "b"));
        var reader = new RecordReader(PARTITION, ConsumerOptions.DEFAULT, 0);
        reader.read(whole.slice(0, whole.limit() - 1), List.of());
        assertThat(values(reader)).containsExactly("a");
        assertThat(reader.nextOffset()).isEqualTo(1);
    }

    @Test
    void skipsMarkersAndStepsOverThem() throws Exception {
        var reader = new RecordReader(PARTITION, ConsumerOptions.DEFAULT, 0);
        reader.read(join(batch(0, 1, true, "a"), marker(1, 1, true)), List.of());
        assertThat(values(reader)).containsExactly("a");
        assertThat(reader.nextOffset()).isEqualTo(2);
    }

    /// Producer 1 aborts, producer 2 commits between; then producer 1 commits its next transaction.
    @Test
    void leavesOutWhatWasAborted() throws Exception {
        var bytes = join(
                batch(0, 1, true, "aborted"),
                batch(1, 2, true, "kept"),
                batch(2, -1, false, "plain"),
                batch(3, 1, true, "aborted too"),
                marker(4, 1, false),
                marker(5, 2, true),
                batch(6, 1, true, "kept later"),
                marker(7, 1, true));
        var aborted = List.of(new AbortedTransaction(1, 0));
        var committed = new RecordReader(PARTITION, COMMITTED, 0);
        committed.read(bytes, aborted);
        assertThat(values(committed)).containsExactly("kept", "plain", "kept later");
        assertThat(committed.nextOffset()).isEqualTo(8);
        var uncommitted = new RecordReader(PARTITION, ConsumerOptions.DEFAULT, 0);
        uncommitted.read(bytes, List.of());
        assertThat(values(uncommitted)).containsExactly("aborted", "kept", "plain", "aborted too", "kept later");
    }

    /// A fetch that begins inside an aborted transaction reports it although its first records came before.
    @Test
    void knowsAnAbortedTransactionThatBeganEarlier() throws Exception {
        var reader = new RecordReader(PARTITION, COMMITTED, 3);
        reader.read(
                join(batch(3, 1, true, "aborted"), marker(4, 1, false), batch(5, 1, true, "kept")),
                List.of(new AbortedTransaction(1, 0)));
        assertThat(values(reader)).containsExactly("kept");
    }

    @Test
    void refusesAWrongChecksum() {
        var bytes = batch(0, -1, false, "a");
        bytes.put(bytes.limit() - 1, (byte) (bytes.get(bytes.limit() - 1) + 1));
        assertThatThrownBy(() -> new RecordReader(PARTITION, ConsumerOptions.DEFAULT, 0).read(bytes, List.of()))
                .isInstanceOf(RequestFailedException.class)
                .hasMessageContaining("CORRUPT_MESSAGE")
                .hasMessageContaining("CRC");
    }

    @Test
    void refusesWhatIsNoBatch() {
        assertThatThrownBy(() -> new RecordReader(PARTITION, ConsumerOptions.DEFAULT, 0)
                        .read(ByteBuffer.allocate(100), List.of()))
                .isInstanceOf(RequestFailedException.class)
                .hasMessageContaining("no batch");
    }
}
