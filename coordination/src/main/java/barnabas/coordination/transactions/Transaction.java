package barnabas.coordination.transactions;

import barnabas.base.Check;
import barnabas.coordination.Producer;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// Stored state of one transactional id: one record of `__transaction_state`. Every change is a new value.
///
/// @param producer who may write now; epoch -1 until the first InitProducerId is through
/// @param previousProducerId the id before the last rotation, -1 when there was none
/// @param nextProducerId the id that takes over when the ending transaction is complete, -1 to keep this one
/// @param timeoutMillis how long a transaction may stay open
/// @param participants the partitions of the open or ending transaction
/// @param startMillis when the last transaction began, -1 when there was none since the last InitProducerId
/// @param clientVersion the transaction version that the client spoke; from 2 on every transaction has an epoch of
///     its own
public record Transaction(
        TransactionState state,
        Producer producer,
        long previousProducerId,
        long nextProducerId,
        int timeoutMillis,
        SortedSet<Participant> participants,
        long startMillis,
        long updatedMillis,
        short clientVersion) {
    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    /// The last epoch that a client is given. The one after it is kept for the markers of the transaction that was
    /// open under this one.
    public static final short CLIENT_EPOCH_MAX = Short.MAX_VALUE - 1;
    /// From this version on every transaction has an epoch of its own (KIP-890).
    public static final short EPOCH_PER_TRANSACTION = 2;

    private static final SortedSet<Participant> NOBODY = Collections.unmodifiableSortedSet(new TreeSet<>());

    public Transaction {
        participants = Collections.unmodifiableSortedSet(participants);
    }

    /// A transactional id that has not been used yet.
    static Transaction unused(long producerId, int timeoutMillis, long nowMillis) {
        var producer = new Producer(producerId, NO_PRODUCER_EPOCH);
        return new Transaction(
                TransactionState.EMPTY,
                producer,
                NO_PRODUCER_ID,
                NO_PRODUCER_ID,
                timeoutMillis,
                NOBODY,
                -1,
                nowMillis,
                (short) 0);
    }

    boolean hasLastEpoch() {
        return producer.epoch() >= CLIENT_EPOCH_MAX;
    }

    /// The current epoch is the one after [#CLIENT_EPOCH_MAX]: no client can write under this id any more.
    boolean isExhausted() {
        return producer.epoch() > CLIENT_EPOCH_MAX;
    }

    /// The same complete transaction under a new id, epoch 0.
    Transaction rotated(long newProducerId, long nowMillis) {
        Check.that(state.isComplete(), "only a complete transaction can get a new producer id");
        return new Transaction(
                state,
                new Producer(newProducerId, (short) 0),
                producer.id(),
                NO_PRODUCER_ID,
                timeoutMillis,
                NOBODY,
                startMillis,
                nowMillis,
                clientVersion);
    }

    /// The epoch after [#CLIENT_EPOCH_MAX] belongs to no client, also while it is the current one.
    boolean isHeldBy(Producer who) {
        return producer.equals(who) && who.epoch() <= CLIENT_EPOCH_MAX;
    }

    /// Handed to a producer that starts over.
    Transaction initialized(Producer owner, int newTimeoutMillis, long nowMillis) {
        long previous = owner.id() == producer.id() ? previousProducerId : producer.id();
        return new Transaction(
                TransactionState.EMPTY,
                owner,
                previous,
                NO_PRODUCER_ID,
                newTimeoutMillis,
                NOBODY,
                -1,
                nowMillis,
                clientVersion);
    }

    Transaction with(Collection<Participant> added, short version, long nowMillis) {
        var all = new TreeSet<>(participants);
        all.addAll(added);
        long start = state == TransactionState.ONGOING ? startMillis : nowMillis;
        return new Transaction(
                TransactionState.ONGOING,
                producer,
                previousProducerId,
                NO_PRODUCER_ID,
                timeoutMillis,
                all,
                start,
                nowMillis,
                version);
    }

    /// The decision how the transaction ends. What the client may write afterwards has another epoch when `version`
    /// says so, and markers carry that epoch already: nothing of this transaction can be written after them.
    Transaction ending(boolean commit, long newProducerId, short version, long nowMillis) {
        short epoch = version >= EPOCH_PER_TRANSACTION ? nextEpoch() : producer.epoch();
        return ending(commit, epoch, newProducerId, version, nowMillis);
    }

    /// The decision to abort what a producer has open, who is not asked: its epoch is void.
    Transaction fenced(short version, long nowMillis) {
        return ending(false, nextEpoch(), NO_PRODUCER_ID, version, nowMillis);
    }

    private short nextEpoch() {
        Check.that(producer.epoch() < Short.MAX_VALUE, "there is no epoch after the last");
        return (short) (producer.epoch() + 1);
    }

    private Transaction ending(boolean commit, short epoch, long newProducerId, short version, long nowMillis) {
        return new Transaction(
                commit ? TransactionState.PREPARE_COMMIT : TransactionState.PREPARE_ABORT,
                new Producer(producer.id(), epoch),
                previousProducerId,
                newProducerId,
                timeoutMillis,
                participants,
                state == TransactionState.ONGOING ? startMillis : nowMillis,
                nowMillis,
                version);
    }

    /// All markers are written.
    Transaction completed(long nowMillis) {
        boolean rotates = nextProducerId != NO_PRODUCER_ID;
        return new Transaction(
                state == TransactionState.PREPARE_COMMIT
                        ? TransactionState.COMPLETE_COMMIT
                        : TransactionState.COMPLETE_ABORT,
                producerAfter(),
                rotates ? producer.id() : previousProducerId,
                NO_PRODUCER_ID,
                timeoutMillis,
                NOBODY,
                startMillis,
                nowMillis,
                clientVersion);
    }

    /// Producer that may write when the ending transaction is complete.
    Producer producerAfter() {
        return nextProducerId == NO_PRODUCER_ID ? producer : new Producer(nextProducerId, (short) 0);
    }
}
