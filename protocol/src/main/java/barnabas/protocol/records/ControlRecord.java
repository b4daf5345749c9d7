package barnabas.protocol.records;

import barnabas.base.Check;
import barnabas.protocol.compression.Compression;
import java.nio.ByteBuffer;
import java.util.List;

/// Records that the broker writes for itself into a partition. A control batch holds one record: key `version
/// int16, type int16`, and a value by type.
///
/// ```
/// type 0 abort, 1 commit  value: version int16 = 0 | coordinator epoch int32                            (KIP-98)
/// type 2 leader change    value: version int16 = 0 | leader id int32 | voters | granting voters | tags  (KIP-595)
/// ```
public sealed interface ControlRecord {
    short ABORT_TYPE = 0;
    short COMMIT_TYPE = 1;
    short LEADER_CHANGE_TYPE = 2;

    /// The end of a producer's transaction on a partition.
    record EndTransaction(boolean commit, int coordinatorEpoch) implements ControlRecord {}

    /// Leader from this record on.
    record LeaderChange(int leaderId) implements ControlRecord {}

    /// A kind that carries no meaning for a partition's data (snapshot header and footer, quorum versions and
    /// voters).
    record Other(short type) implements ControlRecord {}

    /// One whole batch that ends the producer's transaction.
    static ByteBuffer endTransaction(
            boolean commit, long producerId, short producerEpoch, int coordinatorEpoch, long timestampMillis) {
        var value = ByteBuffer.allocate(6)
                .putShort((short) 0)
                .putInt(coordinatorEpoch)
                .flip();
        return new RecordBatchBuilder(Compression.NONE)
                .producer(producerId, producerEpoch, RecordBatch.NO_SEQUENCE)
                .transactional()
                .control()
                .append(timestampMillis, key(commit ? COMMIT_TYPE : ABORT_TYPE), value, List.of())
                .build();
    }

    /// One whole batch that says who leads.
    static ByteBuffer leaderChange(
            int leaderId, List<Integer> voters, List<Integer> grantingVoters, long timestampMillis) {
        Check.that(voters.size() < 127 && grantingVoters.size() < 127, "so many voters need longer length fields");
        var value = ByteBuffer.allocate(2 + 4 + 3 + 5 * (voters.size() + grantingVoters.size()))
                .putShort((short) 0)
                .putInt(leaderId);
        putVoters(value, voters);
        putVoters(value, grantingVoters);
        value.put((byte) 0).flip();
        return new RecordBatchBuilder(Compression.NONE)
                .control()
                .append(timestampMillis, key(LEADER_CHANGE_TYPE), value, List.of())
                .build();
    }

    private static void putVoters(ByteBuffer target, List<Integer> voters) {
        target.put((byte) (voters.size() + 1));
        for (int voter : voters) target.putInt(voter).put((byte) 0);
    }

    private static ByteBuffer key(short type) {
        return ByteBuffer.allocate(4).putShort((short) 0).putShort(type).flip();
    }

    /// Reads the first record of a control batch.
    static ControlRecord in(RecordBatch batch) throws InvalidRecordsException {
        try (var records = RecordCursor.over(batch, 1 << 20)) {
            if (!records.next()) return new Other((short) -1);
            var key = records.record().key();
            var value = records.record().value();
            if (key == null || key.remaining() < 4)
                throw new InvalidRecordsException("control record without a type in " + batch);
            short type = key.getShort(2);
            return switch (type) {
                case ABORT_TYPE, COMMIT_TYPE -> {
                    if (value == null || value.remaining() < 6)
                        throw new InvalidRecordsException("transaction marker without a coordinator epoch in " + batch);
                    yield new EndTransaction(type == COMMIT_TYPE, value.getInt(2));
                }
                case LEADER_CHANGE_TYPE -> {
                    if (value == null || value.remaining() < 6)
                        throw new InvalidRecordsException("leader change without a leader in " + batch);
                    yield new LeaderChange(value.getInt(2));
                }
                default -> new Other(type);
            };
        }
    }
}
