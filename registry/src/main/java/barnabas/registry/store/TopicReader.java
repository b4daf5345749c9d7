package barnabas.registry.store;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.RequestFailedException;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.records.ReadRecord;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchResponse.AbortedTransaction;
import barnabas.registry.state.RecordFormat;
import barnabas.registry.state.RecordFormat.UnknownRecord;
import barnabas.registry.state.RegistryState;
import barnabas.registry.state.SchemaRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the topic `_schemas` and applies its records. Owner: [SchemaTopic], under its lock.
final class TopicReader {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final String NAME = SchemaTopic.NAME;
    private static final int TRIES_MAX = 10;

    private ReadState read = new ReadState(Uuid.ZERO);
    /// Producers whose transactions, that are read just now, were aborted.
    private final Set<Long> abortedProducers = new HashSet<>();

    RegistryState state() {
        return read.state;
    }

    long nextOffset() {
        return read.nextOffset;
    }

    /// Reads all records that are in the topic now.
    void catchUp(SchemaSource source) throws ClientException {
        for (int i = 0; i < TRIES_MAX; i++) {
            Uuid id = source.topicId();
            if (!(id == null ? Uuid.ZERO : id).equals(read.topicId)) restart(id == null ? Uuid.ZERO : id);
            if (id == null) return;
            try {
                readToEnd(source);
                return;
            } catch (RequestFailedException e) {
                switch (e.error()) {
                    case OFFSET_OUT_OF_RANGE -> {
                        restart(id);
                        read.nextOffset = source.start();
                    }
                    case UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, OFFSET_NOT_AVAILABLE -> source.refresh();
                    default -> throw e;
                }
            }
        }
        throw new RequestFailedException(
                "read " + NAME, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "it changes all the time");
    }

    private void restart(Uuid topicId) {
        read = new ReadState(topicId);
        abortedProducers.clear();
    }

    /// The topic; null when there is none.
    static @Nullable Topic topic(Cluster cluster) throws ClientException {
        try {
            return cluster.topic(NAME);
        } catch (RequestFailedException e) {
            if (e.error() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return null;
            throw e;
        }
    }

    private void readToEnd(SchemaSource source) throws ClientException {
        long end = source.end();
        while (true) {
            Fetched fetched = source.read(read.nextOffset);
            var aborted = new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
            aborted.addAll(fetched.aborted());
            for (ReadRecord each : fetched.records()) if (isCommitted(each, aborted)) apply(each);
            boolean moved = fetched.nextOffset() > read.nextOffset;
            read.nextOffset = fetched.nextOffset();
            if (read.nextOffset >= Math.max(end, fetched.lastStableOffset())) return;
            if (moved) continue;
            if (read.nextOffset >= end) return;
            throw new RequestFailedException(
                    "read " + NAME, ErrorCode.OFFSET_NOT_AVAILABLE, "it moves to a new leader");
        }
    }

    /// @param aborted those that begin at this record or later, the first one first
    private boolean isCommitted(ReadRecord record, PriorityQueue<AbortedTransaction> aborted) {
        ReadRecord.Producer producer = record.producer();
        while (!aborted.isEmpty() && aborted.peek().firstOffset() <= record.offset())
            abortedProducers.add(aborted.poll().producerId());
        if (record.marker() != null) {
            if (producer != null) abortedProducers.remove(producer.id());
            return false;
        }
        return producer == null || !producer.transactional() || !abortedProducers.contains(producer.id());
    }

    private void apply(ReadRecord record) {
        ByteBuffer keyBytes = record.key();
        if (keyBytes == null) return;
        byte[] key = ReadRecord.bytes(keyBytes);
        try {
            ByteBuffer value = record.value();
            SchemaRecord change =
                    RecordFormat.read(key, value == null ? null : ReadRecord.bytes(value), record.headers());
            if (!read.state.apply(change, new String(key, StandardCharsets.UTF_8)))
                LOG.warn("{} offset {} gives a known id another content; the first one counts", NAME, record.offset());
        } catch (UnknownRecord e) {
            LOG.warn("{} offset {} is skipped: {}", NAME, record.offset(), e.getMessage());
        }
    }
}
