package barnabas.log.producers;

import barnabas.log.AbortedTransaction;
import barnabas.log.ActiveProducer;
import barnabas.log.AppendResult;
import barnabas.log.ProducerRoom;
import barnabas.log.TopicPartition;
import barnabas.log.TransactionMarker;
import barnabas.log.producers.ProducerEntry.Batch;
import barnabas.protocol.records.ControlRecord.EndTransaction;
import barnabas.protocol.records.RecordBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The idempotent and transactional producers of a partition (KIP-98): what their next batch must look like, and
/// which of their batches are here already. Owner: the partition's lock.
///
/// At most [#PRODUCERS_MAX] are kept, by a segmented LRU, so that a flood of fresh ids evicts itself first:
///
/// ```
/// queue      holds                                              evicted
/// once       one data batch, or only a marker                   first, the longest silent before the others
/// returned   a second data batch, at most RETURNED_MAX;         when `once` is empty
///            the longest silent one beyond that goes to `once`
/// open       an open transaction                                never
/// ```
///
/// Fewer are kept when other partitions have many: see [ProducerRoom]. An evicted producer may go on with any
/// sequence, as after its expiry.
public final class Producers {
    static final int PRODUCERS_MAX =
            (int) Math.min(100_000, Runtime.getRuntime().maxMemory() / (16 * ProducerRoom.PRODUCER_BYTES));

    /// Producers that are evicted for one new one while there are more than the partition's share.
    private static final int EVICTED_AT_ONCE = 2;

    /// The rest is left to newcomers: they need time for a second batch.
    static final int RETURNED_MAX = PRODUCERS_MAX / 5 * 4;

    private static final int STRICT_EPOCHS_SINCE = 2;

    private final TopicPartition partition;
    private final OpenTransactions transactions;
    private final int producersMax;
    private final int returnedMax;
    /// Null while the log of these is not open: they are being read, or it was closed.
    private @Nullable ProducerRoom room;

    private final HashMap<Long, ProducerEntry> byId = new HashMap<>();
    private final ProducerQueue once = new ProducerQueue();
    private final ProducerQueue returned = new ProducerQueue();
    private final ProducerQueue open = new ProducerQueue();
    private @Nullable DamagedBatch damaged;

    public Producers(TopicPartition partition, OpenTransactions transactions) {
        this(partition, transactions, PRODUCERS_MAX, RETURNED_MAX);
    }

    public Producers(TopicPartition partition, OpenTransactions transactions, int producersMax, int returnedMax) {
        this.partition = partition;
        this.transactions = transactions;
        this.producersMax = producersMax;
        this.returnedMax = returnedMax;
    }

    /// The first batch that a replay took producers from although its bytes have another CRC: what is known of one of
    /// them may be wrong.
    public Optional<DamagedBatch> damaged() {
        return Optional.ofNullable(damaged);
    }

    void met(DamagedBatch batch) {
        if (damaged == null) damaged = batch;
    }

    /// Counts these among the producers of all partitions from here on. There may be more than fit.
    public void enter(ProducerRoom shared) {
        room = shared;
        shared.take(byId.size());
        while (byId.size() > shared.share() && forgetOne()) {}
    }

    /// Counts these no more: they go with their log.
    public void leave() {
        if (room != null) room.giveBack(byId.size());
        room = null;
    }

    private int max() {
        return room == null ? producersMax : Math.min(producersMax, room.share());
    }

    /// In the order in which [#restore] takes them: each queue from the longest silent on.
    public List<ProducerEntry> entries() {
        var entries = new ArrayList<ProducerEntry>(byId.size());
        once.addTo(entries);
        returned.addTo(entries);
        open.addTo(entries);
        return entries;
    }

    /// True when producers of one batch are evicted before this one.
    boolean isProtected(long producerId) {
        var entry = byId.get(producerId);
        return entry != null && entry.queue != once;
    }

    public Set<Long> ids() {
        return Set.copyOf(byId.keySet());
    }

    int count() {
        return byId.size();
    }

    public Optional<ProducerEntry> entry(long producerId) {
        return Optional.ofNullable(byId.get(producerId));
    }

    /// The batch as it is already in the log, when an idempotent producer sends it again.
    public Optional<Batch> duplicateOf(RecordBatch batch) {
        var entry = byId.get(batch.producerId());
        if (entry == null || batch.producerEpoch() != entry.epoch()) return Optional.empty();
        int first = batch.baseSequence();
        int last = batch.lastSequence();
        for (var known : entry.batches())
            if (known.firstSequence() == first && known.lastSequence() == last) return Optional.of(known);
        return Optional.empty();
    }

    /// Reason to refuse a client's batch that is no duplicate; empty if valid.
    public Optional<AppendResult> refusal(RecordBatch batch, long atOffset) {
        var entry = byId.get(batch.producerId());
        if (entry == null) return refusalOfFirst(batch, atOffset);
        var epoch = refusalOfEpoch(batch, atOffset);
        if (epoch.isPresent()) return epoch;
        var sequence = sequenceProblem(entry, batch, atOffset);
        if (sequence.isPresent()) return sequence;
        if (entry.hasOpenTransaction() && !batch.isTransactional())
            return Optional.of(new AppendResult.InvalidTransactionState("Expected transactional write from producer "
                    + batch.producerId() + " at offset " + atOffset + " in partition " + partition));
        return Optional.empty();
    }

    private Optional<AppendResult> refusalOfFirst(RecordBatch batch, long atOffset) {
        if (batch.producerEpoch() >= RecordBatch.NO_PRODUCER_EPOCH) return Optional.empty();
        return Optional.of(new AppendResult.InvalidProducerEpoch("Epoch of producer " + batch.producerId()
                + " at offset " + atOffset + " in " + partition + " is " + batch.producerEpoch() + ", which is none"));
    }

    /// Reason to refuse a batch that this broker writes on behalf of a producer: such batches have no sequence.
    /// Empty if valid.
    public Optional<AppendResult> refusalOfEpoch(RecordBatch batch, long atOffset) {
        var entry = byId.get(batch.producerId());
        if (entry == null || batch.producerEpoch() >= entry.epoch()) return Optional.empty();
        if (batch.isTransactional()) return Optional.of(staleEpoch(batch.producerId(), batch.producerEpoch(), entry));
        return Optional.of(staleEpoch(
                batch.producerId(), batch.producerEpoch(), entry, atOffset, "< the last seen epoch %d (TV-1)"));
    }

    private Optional<AppendResult> sequenceProblem(ProducerEntry entry, RecordBatch batch, long atOffset) {
        int first = batch.baseSequence();
        if (batch.producerEpoch() != entry.epoch()) {
            // an epoch known only from a marker's fencing is -1 until the producer itself has written
            if (first == 0 || entry.epoch() == RecordBatch.NO_PRODUCER_EPOCH) return Optional.empty();
            return Optional.of(new AppendResult.OutOfOrderSequence("Invalid sequence number for new epoch of producer "
                    + batch.producerId() + " at offset " + atOffset + " in partition " + partition + ": "
                    + batch.producerEpoch() + " (request epoch), " + first + " (seq. number), " + entry.epoch()
                    + " (current producer epoch)"));
        }
        int last = entry.lastSequence();
        if (first == RecordBatch.sequenceAfter(last, 1)) return Optional.empty();
        String message = "Out of order sequence number for producer " + batch.producerId() + " at offset " + atOffset
                + " in partition " + partition + ": " + first + " (incoming seq. number), " + last
                + " (current end sequence number)";
        if (entry.holds(first, batch.lastSequence()))
            return Optional.of(new AppendResult.OldDuplicate(entry.batches()[0].firstOffset() - 1, message));
        return Optional.of(new AppendResult.OutOfOrderSequence(message));
    }

    private static AppendResult staleEpoch(long producerId, short epoch, ProducerEntry entry) {
        return new AppendResult.InvalidProducerEpoch("Epoch of producer " + producerId + " is " + epoch
                + ", which is smaller than the last seen epoch " + entry.epoch());
    }

    private AppendResult staleEpoch(long producerId, short epoch, ProducerEntry entry, long atOffset, String relation) {
        return new AppendResult.InvalidProducerEpoch("Epoch of producer " + producerId + " at offset " + atOffset
                + " in " + partition + " is " + epoch + ", which is " + relation.formatted(entry.epoch()));
    }

    /// Reason to refuse a coordinator's marker; empty if valid. From transaction version 2 on (KIP-890) every
    /// transaction has an epoch of its own, so a marker must bring a larger one; the same one again, with nothing
    /// open, is a harmless repetition.
    public Optional<AppendResult> refusal(TransactionMarker marker, long atOffset) {
        var entry = byId.get(marker.producerId());
        if (entry == null) return Optional.empty();
        if (marker.producerEpoch() < entry.epoch())
            return Optional.of(staleEpoch(marker.producerId(), marker.producerEpoch(), entry));
        boolean strict = marker.transactionVersion() >= STRICT_EPOCHS_SINCE;
        boolean repeats = !entry.hasOpenTransaction() || marker.producerEpoch() == Short.MAX_VALUE;
        if (strict && marker.producerEpoch() == entry.epoch() && !repeats)
            return Optional.of(staleEpoch(
                    marker.producerId(),
                    marker.producerEpoch(),
                    entry,
                    atOffset,
                    "<= the last seen epoch %d (TV" + marker.transactionVersion() + ")"));
        if (marker.coordinatorEpoch() < entry.coordinatorEpoch())
            return Optional.of(new AppendResult.CoordinatorFenced("Invalid coordinator epoch for producerId "
                    + marker.producerId() + " at offset " + atOffset + " in partition " + partition + ": "
                    + marker.coordinatorEpoch() + " (zombie), " + entry.coordinatorEpoch() + " (current)"));
        return Optional.empty();
    }

    /// Takes note of a data batch that is in the log now.
    public void appended(RecordBatch batch, long nowMillis) {
        ProducerEntry entry = added(batch, nowMillis);
        if (batch.isTransactional() && !entry.hasOpenTransaction()) {
            entry.openTransaction(batch.baseOffset());
            transactions.open(batch.baseOffset());
        }
        queue(entry);
    }

    /// Takes note of a batch with a wrong CRC. It begins no transaction: that of a wrong producer id would never
    /// end, and readers of committed records, who cannot read this batch anyway, would wait at it for ever.
    void found(RecordBatch damaged, long nowMillis) {
        queue(added(damaged, nowMillis));
    }

    private ProducerEntry added(RecordBatch batch, long nowMillis) {
        var entry = entryOf(batch.producerId(), nowMillis);
        entry.enter(batch.producerEpoch());
        entry.add(new Batch(batch.lastSequence(), batch.lastOffset(), batch.lastOffsetDelta(), batch.maxTimestamp()));
        return entry;
    }

    /// Takes note of a marker that is in the log now.
    ///
    /// @return the transaction that ended by being aborted, if there was one
    public Optional<AbortedTransaction> ended(RecordBatch batch, EndTransaction marker, long nowMillis) {
        var entry = entryOf(batch.producerId(), nowMillis);
        entry.enter(batch.producerEpoch());
        long first = entry.transactionFirstOffset();
        boolean wasOpen = entry.hasOpenTransaction();
        entry.endTransaction(marker.coordinatorEpoch(), batch.maxTimestamp());
        queue(entry);
        if (!wasOpen) return Optional.empty();
        long last = batch.lastOffset();
        var aborted = marker.commit()
                ? Optional.<AbortedTransaction>empty()
                : Optional.of(
                        new AbortedTransaction(batch.producerId(), first, last, transactions.stableAfter(first, last)));
        transactions.end(first, last);
        return aborted;
    }

    private ProducerEntry entryOf(long producerId, long nowMillis) {
        var entry = byId.get(producerId);
        if (entry == null) {
            makeRoom();
            entry = new ProducerEntry(producerId);
            put(entry);
        }
        entry.active(nowMillis);
        return entry;
    }

    /// Moves the producer behind all others of the queue it belongs to now.
    private void queue(ProducerEntry entry) {
        if (entry.queue != null) entry.queue.remove(entry);
        if (entry.hasOpenTransaction()) {
            open.addNewest(entry);
        } else if (entry.hasReturned()) {
            returned.addNewest(entry);
            if (returned.size() > returnedMax()) demoteOne();
        } else {
            once.addNewest(entry);
        }
    }

    private int returnedMax() {
        int max = max();
        return max == producersMax ? returnedMax : Math.min(returnedMax, max / 5 * 4);
    }

    private void demoteOne() {
        var entry = returned.oldest();
        if (entry == null) return;
        returned.remove(entry);
        entry.demote();
        once.addNewest(entry);
    }

    private void makeRoom() {
        for (int left = EVICTED_AT_ONCE; left > 0 && byId.size() >= max(); left--) forgetOne();
    }

    /// False when all have an open transaction.
    private boolean forgetOne() {
        var evicted = once.oldest() != null ? once.oldest() : returned.oldest();
        if (evicted != null) forget(evicted);
        return evicted != null;
    }

    private void put(ProducerEntry entry) {
        byId.put(entry.producerId(), entry);
        if (room != null) room.take(1);
    }

    private void forget(ProducerEntry entry) {
        if (entry.queue != null) entry.queue.remove(entry);
        byId.remove(entry.producerId());
        if (room != null) room.giveBack(1);
    }

    /// Puts an entry in as a snapshot had it. A snapshot does not say which producers have come back in an epoch before
    /// their present one: with a single batch of the present one they count as producers of one batch.
    public void restore(ProducerEntry entry, long nowMillis) {
        entry.active(nowMillis);
        var before = byId.get(entry.producerId());
        if (before != null) forget(before);
        makeRoom();
        put(entry);
        queue(entry);
        if (entry.hasOpenTransaction()) transactions.open(entry.transactionFirstOffset());
    }

    /// Forgets producers that have been silent since before this time.
    public void expire(long silentSinceMillis) {
        expire(once, silentSinceMillis);
        expire(returned, silentSinceMillis);
    }

    /// One that was demoted waits for those before it.
    private void expire(ProducerQueue queue, long silentSinceMillis) {
        for (var oldest = queue.oldest();
                oldest != null && oldest.lastActiveMillis() <= silentSinceMillis;
                oldest = queue.oldest()) forget(oldest);
    }

    /// Delete all state, to be replayed from a log that now ends at `endOffset`.
    public void startOver(long endOffset) {
        if (room != null) room.giveBack(byId.size());
        byId.clear();
        once.clear();
        returned.clear();
        open.clear();
        transactions.cut(endOffset);
    }

    /// Ends what was started over: it is complete.
    public void known() {
        transactions.known();
    }

    public boolean hasOpenTransaction(long producerId, short epoch) {
        var entry = byId.get(producerId);
        return entry != null && entry.epoch() == epoch && entry.hasOpenTransaction();
    }

    public List<ActiveProducer> active() {
        var active = new ArrayList<ActiveProducer>(byId.size());
        for (var entry : entries())
            active.add(new ActiveProducer(
                    entry.producerId(),
                    entry.epoch(),
                    entry.lastSequence(),
                    entry.lastTimestamp(),
                    entry.coordinatorEpoch(),
                    entry.transactionFirstOffset()));
        return active;
    }
}
