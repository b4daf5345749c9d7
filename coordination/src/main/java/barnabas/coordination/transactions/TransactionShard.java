package barnabas.coordination.transactions;

import barnabas.config.TransactionsConfig;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Marker;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.Reply;
import barnabas.coordination.Shard;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.transaction.TransactionLogKey;
import barnabas.protocol.transaction.TransactionLogValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The core of one partition of `__transaction_state`: all its transactional ids (KIP-98, KIP-360, KIP-890).
///
/// A transaction ends in two steps. The decision (`PrepareCommit`, `PrepareAbort`) is appended; once it is
/// committed the shell gets a [MarkerOrder]; when all partitions have their marker the completion is appended. A
/// shard that is loaded with a decided transaction orders its markers again.
///
/// Kafka's in-between states have no counterpart here: a decision is appended and applied in one step, so no
/// request sees a pending transition.
public final class TransactionShard implements Shard {
    private static final long MARKER_RETRY_MILLIS_MIN = 20;
    private static final long MARKER_RETRY_MILLIS_MAX = 2_000;

    /// Dependencies of a shard on its broker.
    ///
    /// @param transactionVersion the finalized level of `transaction.version`
    /// @param orders receiver of orders; an order is handed over like an answer, once the decision is committed
    public record Environment(
            Supplier<TransactionsConfig> config,
            Supplier<Short> transactionVersion,
            TransactionMemory memory,
            Function<MarkerOrder.Write, Ticket<MarkerOrder>> orders) {}

    private final int coordinatorEpoch;
    private final Environment environment;
    private final Map<String, TransactionEntry> entries = new HashMap<>();
    private final Timers timers = new Timers();
    /// The part of the memory that this shard takes.
    private long heldBytes;
    private boolean timeOutsWatched;
    private boolean expiryWatched;

    public TransactionShard(int coordinatorEpoch, Environment environment) {
        this.coordinatorEpoch = coordinatorEpoch;
        this.environment = environment;
    }

    @Override
    public @Nullable CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
        return TransactionRecords.decode(key, value);
    }

    @Override
    public void replay(CoordinatorRecord record, long offset, @Nullable Producer producer) {
        String transactionalId = ((TransactionLogKey) record.key()).transactionalId();
        TransactionEntry entry = entries.get(transactionalId);
        if (entry != null) hold(-TransactionMemory.bytes(transactionalId, entry.stored()));
        if (record.value() instanceof TransactionLogValue value) {
            Transaction stored = TransactionRecords.read(value);
            hold(TransactionMemory.bytes(transactionalId, stored));
            if (entry == null) entries.put(transactionalId, new TransactionEntry(stored));
            else entry.stored(stored);
        } else {
            entries.remove(transactionalId);
        }
    }

    private void hold(long bytes) {
        heldBytes += bytes;
        environment.memory.add(bytes);
    }

    /// Nothing in this topic is written inside a transaction.
    @Override
    public void replayMarker(Producer producer, boolean commit) {}

    @Override
    public Decision loaded(Now now) {
        Decision orders = Decision.nothing();
        for (Map.Entry<String, TransactionEntry> each : entries.entrySet()) {
            TransactionState state = each.getValue().stored().state();
            if (state.isEnding()) {
                orders =
                        orders.and(order(each.getKey(), each.getValue().stored().participants()));
            }
            if (state == TransactionState.ONGOING) watchTimeOuts(now);
            watchExpiry(now);
        }
        return orders;
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public Decision unloaded(ErrorCode error) {
        var replies = new ArrayList<Reply<?>>();
        for (TransactionEntry entry : entries.values()) {
            for (var each : entry.waiting()) replies.add(each.ticket().reply(error));
            entry.waiting().clear();
        }
        hold(-heldBytes);
        return Decision.answers(replies);
    }

    /// Transactions by transactional id, for reading.
    public Map<String, Transaction> transactions() {
        var all = new HashMap<String, Transaction>();
        entries.forEach((id, entry) -> all.put(id, entry.stored()));
        return Collections.unmodifiableMap(all);
    }

    public @Nullable Transaction transaction(String transactionalId) {
        TransactionEntry entry = entries.get(transactionalId);
        return entry == null ? null : entry.stored();
    }

    @Nullable
    TransactionEntry entry(String transactionalId) {
        return entries.get(transactionalId);
    }

    TransactionsConfig config() {
        return environment.config.get();
    }

    short transactionVersion() {
        return environment.transactionVersion.get();
    }

    /// Whether there is memory for a transactional id, or for what it gets in addition.
    boolean hasRoomFor(String transactionalId, Transaction changed) {
        TransactionEntry entry = entries.get(transactionalId);
        long before = entry == null ? 0 : TransactionMemory.bytes(transactionalId, entry.stored());
        return environment.memory.hasRoomFor(TransactionMemory.bytes(transactionalId, changed) - before);
    }

    public Decision initProducerId(Ticket<Grant> ticket, InitProducer request, Now now) {
        return request.decide(this, ticket, now);
    }

    public Decision endTransaction(Ticket<Grant> ticket, EndTransaction request, Now now) {
        return request.decide(this, ticket, now);
    }

    public Decision addPartitions(Ticket<ErrorCode> ticket, AddPartitions request, Now now) {
        return request.decide(this, ticket, now);
    }

    /// Appends a new value of a transactional id; `appended` decides when it is stored here.
    ///
    /// @param lastEpoch see [TransactionEntry#lastEpoch]
    Decision change(
            String transactionalId,
            Transaction changed,
            short lastEpoch,
            Now now,
            Supplier<Decision> appended,
            Function<ErrorCode, Decision> failed) {
        var record = TransactionRecords.of(transactionalId, changed, transactionVersion());
        return Decision.append(
                List.of(record),
                () -> {
                    TransactionEntry entry = entries.get(transactionalId);
                    if (entry != null) entry.lastEpoch(lastEpoch);
                    watchExpiry(now);
                    if (changed.state() == TransactionState.ONGOING) watchTimeOuts(now);
                    return appended.get();
                },
                error -> failed.apply(StorageErrors.toResponse(error)));
    }

    /// Appends the decision how a transaction ends; its markers follow once that is committed.
    Decision decideEnd(
            String transactionalId,
            Transaction ending,
            short lastEpoch,
            Now now,
            Supplier<Decision> appended,
            Function<ErrorCode, Decision> failed) {
        return change(
                transactionalId,
                ending,
                lastEpoch,
                now,
                () -> appended.get().and(order(transactionalId, ending.participants())),
                failed);
    }

    private Decision order(String transactionalId, Collection<Participant> participants) {
        TransactionEntry entry = entries.get(transactionalId);
        if (entry == null) return Decision.nothing();
        var order = new MarkerOrder.Write(transactionalId, marker(entry.stored()), List.copyOf(participants));
        return Decision.answer(environment.orders.apply(order), order);
    }

    private Marker marker(Transaction ending) {
        return new Marker(
                ending.producer(),
                coordinatorEpoch,
                ending.state() == TransactionState.PREPARE_COMMIT,
                ending.clientVersion());
    }

    /// The shell's report on an order, answered NONE; the same report twice does no harm.
    ///
    /// @param unreached partitions that have no marker yet
    public Decision markersWritten(
            Ticket<ErrorCode> ticket, MarkerOrder.Write order, Collection<Participant> unreached, Now now) {
        return Decision.answer(ticket, ErrorCode.NONE).and(proceed(order, unreached, now));
    }

    private Decision proceed(MarkerOrder.Write order, Collection<Participant> unreached, Now now) {
        TransactionEntry entry = entries.get(order.transactionalId());
        if (entry == null || !isAbout(order, entry.stored())) return Decision.nothing();
        if (!unreached.isEmpty()) return orderLater(order, entry, List.copyOf(unreached), now);
        short lastEpoch = entry.lastEpoch();
        return change(
                order.transactionalId(),
                entry.stored().completed(now.millis()),
                lastEpoch,
                now,
                () -> {
                    entry.failedAttempts(0);
                    return AddPartitions.resume(this, order.transactionalId(), entry, now);
                },
                error -> orderLater(order, entry, List.of(), now));
    }

    private boolean isAbout(MarkerOrder.Write order, Transaction stored) {
        return stored.state().isEnding() && marker(stored).equals(order.marker());
    }

    private Decision orderLater(
            MarkerOrder.Write order, TransactionEntry entry, List<Participant> participants, Now now) {
        int attempts = entry.failedAttempts();
        entry.failedAttempts(attempts + 1);
        long backoff = Math.min(MARKER_RETRY_MILLIS_MAX, MARKER_RETRY_MILLIS_MIN << Math.min(attempts, 10));
        timers.schedule(
                now.ticks() + backoff,
                later -> isAbout(order, entry.stored())
                        ? order(order.transactionalId(), participants)
                        : Decision.nothing());
        return Decision.nothing();
    }

    /// A transaction that is open for longer than its producer asked for is aborted by the sweep that finds it.
    private void watchTimeOuts(Now now) {
        if (timeOutsWatched) return;
        timeOutsWatched = true;
        timers.schedule(now.ticks() + config().abortTimedOutIntervalMillis(), this::abortTimedOut);
    }

    private Decision abortTimedOut(Now now) {
        timeOutsWatched = false;
        Decision aborts = Decision.nothing();
        for (Map.Entry<String, TransactionEntry> each : entries.entrySet()) {
            Transaction open = each.getValue().stored();
            if (open.state() != TransactionState.ONGOING) continue;
            watchTimeOuts(now);
            if (!each.getValue().isOverdue(now)) continue;
            aborts = aborts.and(decideEnd(
                    each.getKey(),
                    open.fenced(open.clientVersion(), now.millis()),
                    Transaction.NO_PRODUCER_EPOCH,
                    now,
                    Decision::nothing,
                    error -> Decision.nothing()));
        }
        return aborts;
    }

    private void watchExpiry(Now now) {
        if (expiryWatched || entries.isEmpty()) return;
        expiryWatched = true;
        timers.schedule(now.ticks() + config().removeExpiredIntervalMillis(), this::forgetUnused);
    }

    private Decision forgetUnused(Now now) {
        expiryWatched = false;
        watchExpiry(now);
        long unusedSince = now.millis() - config().transactionalIdExpirationMillis();
        var tombstones = new ArrayList<CoordinatorRecord>();
        entries.forEach((id, entry) -> {
            Transaction stored = entry.stored();
            if (stored.state().isIdle() && stored.updatedMillis() <= unusedSince) {
                tombstones.add(TransactionRecords.tombstone(id));
            }
        });
        return Decision.appendUnattended(tombstones);
    }

    /// Whether partitions belong to a producer's open transaction, without changing anything (KIP-890, for clients
    /// before transaction version 2).
    public Map<Participant, ErrorCode> verify(
            String transactionalId, Producer producer, Set<Participant> participants) {
        ErrorCode error = AddPartitions.refusal(transaction(transactionalId), producer);
        var answers = new HashMap<Participant, ErrorCode>();
        Transaction stored = transaction(transactionalId);
        for (Participant each : participants) {
            boolean belongs = stored != null && stored.participants().contains(each);
            answers.put(
                    each, error != ErrorCode.NONE ? error : belongs ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE);
        }
        return answers;
    }
}
