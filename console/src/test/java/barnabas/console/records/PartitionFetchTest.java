package barnabas.console.records;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.client.TopicPartition;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.FetchResponse.PartitionData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// Answers to fetches whose records are much larger than their bytes.
class PartitionFetchTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private static ByteBuffer batches(int count, int records, int valueBytes) {
        var all = ByteBuffer.allocate(8 << 20);
        for (int i = 0; i < count; i++) {
            var each = new SimpleRecord[records];
            for (int j = 0; j < records; j++) each[j] = new SimpleRecord(1L, null, new byte[valueBytes]);
            all.put(MemoryRecords.withRecords(
                            (long) i * records, Compression.zstd().build(), each)
                    .buffer());
        }
        return all.flip();
    }

    private static PartitionFetch.Fetched read(ByteBuffer batches, long offset) throws Exception {
        PartitionData data = PartitionData.builder()
                .records(new RecordData.InMemory(batches.duplicate()))
                .build();
        return PartitionFetch.fetched(PARTITION, offset, data);
    }

    /// 200 MB in some kilobytes.
    @Test
    void recordsThatAreHeldAreBoundedAndNoneIsLeftOut() throws Exception {
        ByteBuffer batches = batches(2, 100, 1 << 20);
        List<Long> offsets = new ArrayList<>();
        long at = 0;
        while (at < 200) {
            PartitionFetch.Fetched fetched = read(batches, at);
            assertThat(fetched.records()).hasSizeBetween(1, 16);
            for (ReadRecord each : fetched.records()) offsets.add(each.offset());
            at = fetched.nextOffset();
        }
        assertThat(offsets).hasSize(200).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void tinyRecordsCountWithWhatTheyTakeBesideTheirBytes() throws Exception {
        PartitionFetch.Fetched fetched = read(batches(1, 300_000, 0), 0);
        assertThat(fetched.records().size()).isBetween(50_000, 120_000);
        assertThat(fetched.nextOffset()).isEqualTo(fetched.records().size());
    }
}
