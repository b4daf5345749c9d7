package barnabas.client.consumer;

import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FetchResponse.AbortedTransaction;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Takes the records out of the batches of one answer: those at and after the position, without what the
/// broker wrote for itself, and with read_committed without what was aborted.
final class RecordReader {
    private final TopicPartition partition;
    private final ConsumerOptions options;
    private final List<ConsumerRecord> records = new ArrayList<>();
    private long nextOffset;

    RecordReader(TopicPartition partition, ConsumerOptions options, long position) {
        this.partition = partition;
        this.options = options;
        this.nextOffset = position;
    }

    List<ConsumerRecord> records() {
        return records;
    }

    /// Behind the last batch that was read.
    long nextOffset() {
        return nextOffset;
    }

    /// @param aborted in any order; empty unless transactions matter
    void read(ByteBuffer bytes, List<AbortedTransaction> aborted) throws RequestFailedException {
        var pending = new ArrayDeque<>(aborted.stream()
                .sorted(Comparator.comparingLong(AbortedTransaction::firstOffset))
                .toList());
        Set<Long> abortedProducers = new HashSet<>();
        var batches = new BatchCursor(bytes);
        while (batches.next()) {
            var batch = batches.batch();
            if (options.checkCrcs() && !batch.crcMatches()) throw corrupt("the CRC of " + batch + " is wrong");
            if (batch.lastOffset() >= nextOffset && !skipped(batch, pending, abortedProducers)) readBatch(batch);
            nextOffset = Math.max(nextOffset, batch.nextOffset());
        }
        switch (batches.ending()) {
            // The broker cuts the last batch where the answer is full.
            case COMPLETE, TRUNCATED -> {}
            case BAD_LENGTH, UNSUPPORTED_MAGIC ->
                throw corrupt("no batch at byte " + batches.position() + " of the answer");
        }
    }

    /// A transaction is aborted from its first offset up to its abort marker.
    private boolean skipped(RecordBatch batch, ArrayDeque<AbortedTransaction> pending, Set<Long> abortedProducers)
            throws RequestFailedException {
        if (options.isolation() == IsolationLevel.READ_COMMITTED && batch.hasProducerId()) {
            while (!pending.isEmpty() && pending.getFirst().firstOffset() <= batch.lastOffset()) {
                abortedProducers.add(pending.removeFirst().producerId());
            }
            if (batch.isControl()) {
                // A producer's next transaction begins behind the marker, whichever kind it is.
                abortedProducers.remove(batch.producerId());
            } else if (batch.isTransactional() && abortedProducers.contains(batch.producerId())) {
                return true;
            }
        }
        return batch.isControl();
    }

    private void readBatch(RecordBatch batch) throws RequestFailedException {
        try (var cursor = RecordCursor.over(batch, options.decompressedBytesMax())) {
            while (cursor.next()) {
                if (cursor.offset() < nextOffset) continue;
                var each = cursor.record();
                records.add(new ConsumerRecord(
                        partition.topic(),
                        partition.partition(),
                        each.offset(),
                        each.timestamp(),
                        each.key(),
                        each.value(),
                        each.headers()));
            }
        } catch (InvalidRecordsException e) {
            throw corrupt(batch + ": " + e.getMessage());
        }
    }

    private RequestFailedException corrupt(String detail) {
        return new RequestFailedException("read " + partition, ErrorCode.CORRUPT_MESSAGE, detail);
    }
}
