package barnabas.sim;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Fetches and shows the ledger what it gets, as a reader of all records or of committed ones.
final class Reader implements Runnable {
    private static final int FETCH_VERSION = 12;
    private static final int WAIT_MILLIS_MAX = 300;
    private static final int PAUSE_NANOS_MAX = 80_000_000;
    private static final int BYTES_MAX = 40_000;
    private static final long LATE_MILLIS_MAX = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long DECOMPRESSED_BYTES_MAX = 1 << 20;

    private final Client client;
    private final Work work;
    private final SplittableRandom random;
    private final boolean committedOnly;

    /// @param offset the next to fetch, -1 after a failure
    record Progress(long offset, long watermark, long stable) {
        static final Progress FAILED = new Progress(-1, -1, -1);
    }

    Reader(Client client, Work work, boolean committedOnly) {
        this.client = client;
        this.work = work;
        this.committedOnly = committedOnly;
        this.random = client.random();
    }

    @Override
    public void run() {
        while (!work.hasEnded()) {
            Partition partition = work.any(random);
            long from = random.nextInt(3) == 0
                    ? work.ledger().watermarkSeen(partition)
                    : random.nextLong(work.ledger().watermarkSeen(partition) + 1);
            for (int left = random.nextInt(4); left >= 0 && from >= 0; left--) {
                from = fetch(partition, from, random.nextInt(WAIT_MILLIS_MAX)).offset;
            }
            if (from < 0) {
                client.forgetLeader(partition);
                client.pause();
            }
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
    }

    Progress fetch(Partition partition, long from, int waitMillis) {
        int node = client.leader(partition);
        if (node == 0) return Progress.FAILED;
        boolean leadersChange = work.settings().replicated();
        String run = client.runOf(node);
        long floor = leadersChange
                ? work.ledger().watermarkShown(partition, run)
                : work.ledger().watermarkSeen(partition);
        int bytesMax = 1 + random.nextInt(BYTES_MAX);
        long asked = client.process().nanos();
        FetchResponse response =
                client.ask(node, FETCH_VERSION, request(partition, from, waitMillis, bytesMax), FetchResponse.class);
        checkTime(waitMillis, client.process().nanos() - asked);
        if (response == null || response.errorCode() != 0) return Progress.FAILED;
        if (response.responses().isEmpty()) return new Progress(from, floor, -1);
        PartitionData data = response.responses().getFirst().partitions().getFirst();
        if (data.errorCode() != 0) return Progress.FAILED;
        if (leadersChange && run.equals(client.runOf(node)))
            work.ledger().watermarkShown(partition, run, floor, data.highWatermark());
        work.ledger().watermark(partition, leadersChange ? -1 : floor, data.highWatermark());
        RecordData records = data.records();
        long next = records instanceof RecordData.InMemory memory
                ? show(partition, from, data, memory.buffer(), bytesMax)
                : from;
        return new Progress(next, data.highWatermark(), data.lastStableOffset());
    }

    private FetchRequest request(Partition partition, long from, int waitMillis, int bytesMax) {
        var wanted = FetchPartition.builder()
                .partition(partition.index())
                .currentLeaderEpoch(-1)
                .fetchOffset(from)
                .lastFetchedEpoch(-1)
                .logStartOffset(-1)
                .partitionMaxBytes(bytesMax)
                .build();
        return FetchRequest.builder()
                .replicaId(-1)
                .maxWaitMs(waitMillis)
                .minBytes(1)
                .maxBytes(BYTES_MAX)
                .isolationLevel((byte) (committedOnly ? 1 : 0))
                .sessionId(0)
                .sessionEpoch(-1)
                .topics(List.of(FetchTopic.builder()
                        .topic(partition.topic())
                        .partitions(List.of(wanted))
                        .build()))
                .build();
    }

    /// Without faults an answer comes when its time is up.
    private void checkTime(int waitMillis, long nanos) {
        if (!work.settings().faults() && nanos > (waitMillis + LATE_MILLIS_MAX) * MILLI)
            work.findings()
                    .violation("a fetch of at most " + waitMillis + " ms was answered after " + nanos / MILLI + " ms");
    }

    /// An answer is no larger than its limit, but for one batch that is larger by itself.
    private void checkSize(Partition partition, ByteBuffer buffer, int bytesMax) {
        var first = new BatchCursor(buffer);
        if (buffer.remaining() > bytesMax && first.next() && first.batch().sizeBytes() < buffer.remaining())
            work.findings()
                    .violation(partition.name() + ": a fetch of at most " + bytesMax + " bytes was answered with "
                            + buffer.remaining());
    }

    /// The offset after the last batch.
    private long show(Partition partition, long from, PartitionData data, ByteBuffer buffer, int bytesMax) {
        checkSize(partition, buffer, bytesMax);
        var aborted = new ArrayList<AbortedTransaction>();
        if (data.abortedTransactions() != null) aborted.addAll(data.abortedTransactions());
        aborted.sort(Comparator.comparingLong(AbortedTransaction::firstOffset));
        Set<Long> abortedProducers = new HashSet<>();
        Set<Long> offsets = new HashSet<>();
        long next = from;
        var batches = new BatchCursor(buffer);
        while (batches.next()) {
            RecordBatch batch = batches.batch();
            if (!batch.crcMatches()) {
                if (work.isDamaged()) return from;
                work.findings().violation(partition.name() + ": batch at " + batch.baseOffset() + " is damaged");
                return next;
            }
            while (!aborted.isEmpty() && aborted.getFirst().firstOffset() <= batch.lastOffset())
                abortedProducers.add(aborted.removeFirst().producerId());
            show(partition, from, batch, abortedProducers, offsets);
            next = Math.max(next, batch.nextOffset());
        }
        if (next > from) work.ledger().covered(partition, from, next - 1, offsets);
        return next;
    }

    private void show(
            Partition partition, long from, RecordBatch batch, Set<Long> abortedProducers, Set<Long> offsets) {
        boolean hidden = batch.isTransactional() && abortedProducers.contains(batch.producerId());
        try (RecordCursor records = RecordCursor.over(batch, DECOMPRESSED_BYTES_MAX)) {
            while (records.next()) {
                LogRecord record = records.record();
                if (batch.isControl()) {
                    ByteBuffer key = record.key();
                    if (key != null && key.getShort(key.position() + 2) == ControlRecord.ABORT_TYPE)
                        abortedProducers.remove(batch.producerId());
                    continue;
                }
                ByteBuffer value = record.value();
                if (record.offset() < from || value == null) continue;
                String text = StandardCharsets.UTF_8.decode(value.duplicate()).toString();
                offsets.add(record.offset());
                work.ledger().readAt(partition, record.offset(), text);
                if (committedOnly && !hidden) work.ledger().visible(partition, record.offset(), text);
            }
        } catch (InvalidRecordsException e) {
            work.findings().violation(partition.name() + ": batch at " + batch.baseOffset() + ": " + e.getMessage());
        }
    }
}
