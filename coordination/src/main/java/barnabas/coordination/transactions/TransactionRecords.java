package barnabas.coordination.transactions;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Producer;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.transaction.TransactionLogKey;
import barnabas.protocol.transaction.TransactionLogValue;
import barnabas.protocol.transaction.TransactionLogValue.PartitionsSchema;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The records of `__transaction_state`, in the schemas and versions that Kafka 4.4 writes.
final class TransactionRecords {
    private static final short FLEXIBLE_VERSION = 1;

    private TransactionRecords() {}

    /// @param transactionVersion the finalized level of `transaction.version`: 0 writes what brokers before it
    /// read. A transaction of a client with version 2 needs the newer form whatever the level
    static CoordinatorRecord of(String transactionalId, Transaction transaction, short transactionVersion) {
        boolean flexible = transactionVersion >= 1 || transaction.clientVersion() > 0;
        var value = TransactionLogValue.builder()
                .producerId(transaction.producer().id())
                .producerEpoch(transaction.producer().epoch())
                .transactionTimeoutMs(transaction.timeoutMillis())
                .transactionStatus(transaction.state().id())
                .transactionPartitions(transaction.state() == TransactionState.EMPTY ? null : byTopic(transaction))
                .transactionStartTimestampMs(transaction.startMillis())
                .transactionLastUpdateTimestampMs(transaction.updatedMillis());
        if (flexible) {
            value.previousProducerId(transaction.previousProducerId())
                    .nextProducerId(transaction.nextProducerId())
                    .clientTransactionVersion(transaction.clientVersion());
        }
        return new CoordinatorRecord(
                TransactionLogKey.RECORD_TYPE,
                new TransactionLogKey(transactionalId),
                value.build(),
                flexible ? FLEXIBLE_VERSION : 0);
    }

    static CoordinatorRecord tombstone(String transactionalId) {
        return CoordinatorRecord.tombstone(TransactionLogKey.RECORD_TYPE, new TransactionLogKey(transactionalId));
    }

    private static List<PartitionsSchema> byTopic(Transaction transaction) {
        Map<String, List<Integer>> topics = new TreeMap<>();
        for (Participant each : transaction.participants()) {
            topics.computeIfAbsent(each.topic(), topic -> new ArrayList<>()).add(each.partition());
        }
        return topics.entrySet().stream()
                .map(topic -> new PartitionsSchema(topic.getKey(), topic.getValue()))
                .toList();
    }

    /// Null for a kind of key that this version does not know.
    ///
    /// @throws MalformedMessageException when a known kind cannot be read
    static @Nullable CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
        var keys = new MessageReader(key.duplicate());
        if (keys.int16() != TransactionLogKey.RECORD_TYPE) return null;
        var decodedKey = TransactionLogKey.read(keys, (short) 0);
        if (value == null) return CoordinatorRecord.tombstone(TransactionLogKey.RECORD_TYPE, decodedKey);
        var values = new MessageReader(value.duplicate());
        short version = values.int16();
        if (version < 0 || version > TransactionLogValue.HIGHEST_VERSION) {
            throw new MalformedMessageException("transaction record has version " + version + ", known up to "
                    + TransactionLogValue.HIGHEST_VERSION);
        }
        return new CoordinatorRecord(
                TransactionLogKey.RECORD_TYPE, decodedKey, TransactionLogValue.read(values, version), version);
    }

    static Transaction read(TransactionLogValue value) {
        var participants = new TreeSet<Participant>();
        List<PartitionsSchema> topics = value.transactionPartitions();
        if (topics != null) {
            for (PartitionsSchema topic : topics) {
                for (int partition : topic.partitionIds()) participants.add(new Participant(topic.topic(), partition));
            }
        }
        TransactionState state = TransactionState.stored(value.transactionStatus())
                .orElseThrow(() -> new MalformedMessageException(
                        "no transaction is stored in state " + value.transactionStatus()));
        return new Transaction(
                state,
                new Producer(value.producerId(), value.producerEpoch()),
                value.previousProducerId(),
                value.nextProducerId(),
                value.transactionTimeoutMs(),
                participants,
                value.transactionStartTimestampMs(),
                value.transactionLastUpdateTimestampMs(),
                value.clientTransactionVersion());
    }
}
