package barnabas.client.producer;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.client.StoppedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchTest {
    private static Batch batch(String topic, String value) {
        var batch = new Batch(new TopicPartition(topic, 0), 0);
        var record = ProducerRecord.of(topic, null, value.repeat(100).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 20; i++) batch.add(record, i, _ -> {});
        return batch;
    }

    /// Its request can still be written when its time is over, and the next records go elsewhere (CVE-2026-35554).
    @ParameterizedTest
    @EnumSource(CompressionCodec.class)
    void bytesOnTheirWayAreOfNoOtherBatchWhenTheirTimeIsOver(CompressionCodec codec) {
        Compression compression = Compression.of(codec);
        Batch batch = batch("orders", "private");
        ByteBuffer sent = batch.encode(compression).duplicate();
        var before = ByteBuffer.allocate(sent.remaining()).put(sent.duplicate()).flip();
        batch.fail(new StoppedException("the delivery took too long"));
        var later = new ArrayList<ByteBuffer>();
        for (int i = 0; i < 50; i++) later.add(batch("public", "other" + i).encode(compression));
        assertThat(sent).isEqualTo(before);
        for (ByteBuffer each : later) assertThat(each.array()).isNotSameAs(sent.array());
    }
}
