package barnabas.console.records;

import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.AbortedTransaction;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.LogRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One fetch of one partition that waits for nothing.
public final class PartitionFetch {
    /// Of a batch, read in one go without being held.
    private static final long DECOMPRESSED_BYTES_MAX = 256 << 20;

    private static final long RECORD_BYTES_MAX = 64 << 20;
    /// Records of one answer, decompressed: a megabyte of batches can hold gigabytes of them.
    private static final long HELD_BYTES_MAX = 16 << 20;

    private static final Duration SOON = Duration.ofSeconds(3);
    private static final int NO_SESSION = 0;
    private static final int FULL_FETCH_EPOCH = -1;

    private PartitionFetch() {}

    /// Records from an offset on.
    ///
    /// @param nextOffset behind the last whole batch or what was read of it, the asked offset when there is none
    /// @param lastStableOffset -1 when the broker does not say
    /// @param aborted transactions among the records, for read_committed only
    public record Fetched(
            List<ReadRecord> records,
            long nextOffset,
            long highWatermark,
            long lastStableOffset,
            List<AbortedTransaction> aborted) {}

    /// As [#read], for a page: a broker that hangs is not waited for long, as others wait for their turn.
    public static Fetched readSoon(
            Cluster cluster, TopicPartition partition, long offset, int bytesMax, IsolationLevel isolation)
            throws ClientException {
        return read(new Reads(cluster, isolation, SOON), partition, offset, bytesMax);
    }

    /// @param answerMax wait for one answer, and time after which nothing is tried again
    private record Reads(Cluster cluster, IsolationLevel isolation, Duration answerMax) {}

    /// @param bytesMax of the answer, except that the first batch always comes whole
    public static Fetched read(
            Cluster cluster, TopicPartition partition, long offset, int bytesMax, IsolationLevel isolation)
            throws ClientException {
        Duration answerMax = cluster.options().requestTimeout();
        return read(new Reads(cluster, isolation, answerMax), partition, offset, bytesMax);
    }

    private static Fetched read(Reads reads, TopicPartition partition, long offset, int bytesMax)
            throws ClientException {
        Cluster cluster = reads.cluster;
        Deadline soon = Deadline.in(reads.answerMax, cluster.options().clock());
        Deadline usual = cluster.deadline();
        return cluster.retrying(soon.nanos() - usual.nanos() < 0 ? soon : usual, () -> {
            try {
                return readOnce(reads, partition, offset, bytesMax);
            } catch (RequestFailedException e) {
                if (e.error().retriable()) cluster.refresh(Set.of(partition.topic()), false);
                throw e;
            }
        });
    }

    private static Fetched readOnce(Reads reads, TopicPartition partition, long offset, int bytesMax)
            throws ClientException {
        Cluster cluster = reads.cluster;
        Topic topic = cluster.topic(partition.topic());
        var asked = FetchPartition.builder()
                .partition(partition.partition())
                .fetchOffset(offset)
                .partitionMaxBytes(bytesMax)
                .build();
        var request = FetchRequest.builder()
                .maxWaitMs(0)
                .minBytes(0)
                .maxBytes(bytesMax)
                .isolationLevel(reads.isolation.code())
                .sessionId(NO_SESSION)
                .sessionEpoch(FULL_FETCH_EPOCH)
                .topics(List.of(FetchTopic.builder()
                        .topic(topic.name())
                        .topicId(topic.id())
                        .partitions(List.of(asked))
                        .build()))
                .build();
        FetchResponse response =
                cluster.leader(partition, Lane.FETCHES).call(request, FetchResponse.class, reads.answerMax);
        String what = "read " + partition + " at " + offset;
        check(what, response.errorCode());
        for (var each : response.responses())
            for (PartitionData data : each.partitions()) return fetched(partition, offset, data);
        return new Fetched(List.of(), offset, -1, -1, List.of());
    }

    private static void check(String what, short code) throws RequestFailedException {
        if (code != ErrorCode.NONE.code()) throw new RequestFailedException(what, code, null);
    }

    /// Reads a partition's part of an answer.
    ///
    /// @param offset that was asked for
    public static Fetched fetched(TopicPartition partition, long offset, PartitionData data)
            throws RequestFailedException {
        check("read " + partition + " at " + offset, data.errorCode());
        var records = new ArrayList<ReadRecord>();
        long next = offset;
        long held = 0;
        if (data.records() instanceof RecordData.InMemory(ByteBuffer bytes)) {
            var batches = new BatchCursor(bytes);
            try {
                while (held < HELD_BYTES_MAX && batches.next()) {
                    RecordBatch batch = batches.batch();
                    if (!batch.crcMatches()) throw new InvalidRecordsException("the CRC of " + batch + " is wrong");
                    if (batch.lastOffset() < offset) continue;
                    held += read(partition.partition(), batch, offset, HELD_BYTES_MAX - held, records);
                    next = held < HELD_BYTES_MAX
                            ? batch.nextOffset()
                            : records.getLast().offset() + 1;
                }
            } catch (InvalidRecordsException e) {
                throw new RequestFailedException("read " + partition, ErrorCode.CORRUPT_MESSAGE, e.getMessage());
            }
        }
        List<AbortedTransaction> aborted = data.abortedTransactions();
        return new Fetched(
                records, next, data.highWatermark(), data.lastStableOffset(), aborted == null ? List.of() : aborted);
    }

    /// @param bytesMax reading stops behind the record that reaches it
    /// @return bytes of the records, with what each takes beside them
    private static long read(int partition, RecordBatch batch, long from, long bytesMax, List<ReadRecord> records)
            throws InvalidRecordsException {
        String marker = batch.isControl() ? marker(batch) : null;
        long bytes = 0;
        try (var cursor = RecordCursor.over(batch, DECOMPRESSED_BYTES_MAX, RECORD_BYTES_MAX)) {
            while (bytes < bytesMax && cursor.next()) {
                if (cursor.offset() < from) continue;
                LogRecord each = cursor.record();
                ByteBuffer value = each.value();
                var read = new ReadRecord(
                        partition,
                        each.offset(),
                        each.timestamp(),
                        batch.timestampType(),
                        each.key(),
                        value,
                        value == null ? -1 : value.remaining(),
                        each.headers(),
                        ReadRecord.Producer.of(batch, each.sequence()),
                        marker);
                records.add(read);
                bytes += read.heldBytes();
            }
        }
        return bytes;
    }

    private static String marker(RecordBatch batch) throws InvalidRecordsException {
        return switch (ControlRecord.in(batch)) {
            case ControlRecord.EndTransaction end -> end.commit() ? "commit" : "abort";
            case ControlRecord.LeaderChange _ -> "leader change";
            case ControlRecord.Other _ -> "control";
        };
    }
}
