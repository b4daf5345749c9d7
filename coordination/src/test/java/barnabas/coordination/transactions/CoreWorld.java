package barnabas.coordination.transactions;

import barnabas.config.TransactionsConfig;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Reply;
import barnabas.coordination.Ticket;
import barnabas.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs a core without threads and files: records go into a list and are read back as stored bytes, answers go to
/// their tickets, orders into a queue.
final class CoreWorld {
    static final TransactionsConfig CONFIG = new TransactionsConfig(
            900_000,
            604_800_000,
            10_000,
            3_600_000,
            true,
            false,
            new TransactionsConfig.StateTopic(50, 1, 1, 1 << 20, 1 << 20),
            new TransactionsConfig.PartitionRetry(20, 100),
            new TransactionsConfig.ProducerIds(86_400_000, 600_000));

    record Stored(byte[] key, byte @Nullable [] value) {}

    /// Called with the state before and after every record.
    interface Watcher {
        void changed(String transactionalId, @Nullable Transaction before, @Nullable Transaction after);
    }

    final List<Stored> log = new ArrayList<>();
    final Deque<MarkerOrder.Write> orders = new ArrayDeque<>();
    short transactionVersion = 2;
    long now = 1_000_000;
    /// By how much the wall clock was set, back when negative.
    long wallClockOffset;
    int coordinatorEpoch = 1;

    @Nullable
    ErrorCode nextAppendFails;

    Watcher watcher = (id, before, after) -> {};
    final TransactionMemory memory;
    TransactionShard shard;

    CoreWorld() {
        this(new TransactionMemory(Long.MAX_VALUE));
    }

    CoreWorld(TransactionMemory memory) {
        this.memory = memory;
        shard = newShard();
    }

    private TransactionShard newShard() {
        return new TransactionShard(
                coordinatorEpoch,
                new TransactionShard.Environment(
                        () -> CONFIG, () -> transactionVersion, memory, order -> ticket(taken -> orders.add(order))));
    }

    private record Waiting<R>(Consumer<R> consumer) implements Ticket<R> {
        @Override
        public R refusal(ErrorCode error) {
            throw new IllegalStateException("nobody refuses here");
        }
    }

    <R> Ticket<R> ticket(Consumer<R> consumer) {
        return new Waiting<>(consumer);
    }

    Now now() {
        return new Now(now + wallClockOffset, now);
    }

    /// A new leader reads what is stored; orders that were under way are lost.
    void restart() {
        coordinatorEpoch++;
        orders.clear();
        shard = replayed();
        carryOut(shard.loaded(now()));
    }

    /// Another core with the same history.
    TransactionShard replayed() {
        TransactionShard other = newShard();
        for (Stored each : log) {
            ByteBuffer value = each.value == null ? null : ByteBuffer.wrap(each.value);
            CoordinatorRecord record = other.decode(ByteBuffer.wrap(each.key), value);
            if (record != null) other.replay(record, 0, null);
        }
        return other;
    }

    void advance(long millis) {
        now += millis;
        for (Decision due = shard.timers().expire(now());
                due != null;
                due = shard.timers().expire(now())) carryOut(due);
    }

    void carryOut(Decision decision) {
        switch (decision) {
            case Decision.Answer(var replies) -> replies.forEach(this::release);
            case Decision.Several(var decisions) -> decisions.forEach(this::carryOut);
            case Decision.Append append -> {
                ErrorCode error = nextAppendFails;
                nextAppendFails = null;
                if (error != null) {
                    carryOut(append.failed().apply(error));
                } else {
                    append.records().forEach(this::append);
                    carryOut(append.appended().get());
                }
            }
            case Decision.AppendMarker marker -> throw new AssertionError("no markers in this topic");
        }
    }

    private void append(CoordinatorRecord record) {
        var id = ((barnabas.protocol.transaction.TransactionLogKey) record.key()).transactionalId();
        Transaction before = shard.transaction(id);
        Stored stored = stored(record);
        log.add(stored);
        CoordinatorRecord read =
                shard.decode(ByteBuffer.wrap(stored.key), stored.value == null ? null : ByteBuffer.wrap(stored.value));
        if (read == null) throw new AssertionError("a record of our own is not known");
        shard.replay(read, log.size() - 1, null);
        watcher.changed(id, before, shard.transaction(id));
    }

    static Stored stored(CoordinatorRecord record) {
        var key = ByteBuffer.allocate(2 + record.key().sizeBytes((short) 0));
        key.putShort(record.type());
        key.put(record.key().toBuffer((short) 0));
        var value = record.value();
        return new Stored(
                key.array(),
                value == null
                        ? null
                        : value.toVersionedBuffer(record.valueVersion()).array());
    }

    private <R> void release(Reply<R> reply) {
        ((Waiting<R>) reply.ticket()).consumer.accept(reply.answer());
    }

    /// Reports on the oldest order.
    void reportMarkers(MarkerOrder.Write order, List<Participant> unreached) {
        carryOut(shard.markersWritten(ticket(answer -> {}), order, unreached, now()));
    }
}
