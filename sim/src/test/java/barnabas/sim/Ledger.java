package barnabas.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The checker: everything that clients were promised and everything that they saw. A promise that is broken is a
/// violation at the moment it is seen.
///
/// ```
/// must never happen                          noticed by
/// acknowledged record lost or changed        readAt, covered
/// acknowledged record on too few replicas    Copies
/// record twice, or an idempotent one again   readAt (one value, two offsets)
/// order within a partition                   readAt (numbers of one producer must rise)
/// record that was never sent                 readAt
/// two acknowledgements for one offset        acknowledged
/// high watermark goes back                   watermark
/// aborted record visible                     visible
/// transaction visible in part                finished
/// committed group offset lost                offsetFetched
/// topic created and gone, deleted and back   topicsSeen
/// no write acknowledged after the faults     Run.checkWrites
/// ```
///
/// Owner: the simulation, on which one thread runs at a time.
final class Ledger {
    enum TransactionState {
        OPEN,
        ABORT_ASKED,
        COMMIT_ASKED,
        COMMITTED
    }

    /// One transaction of a client: the records that were acknowledged in it.
    static final class Transaction {
        private final String name;
        private final Map<String, Partition> acknowledged = new TreeMap<>();
        private TransactionState state = TransactionState.OPEN;

        Transaction(String name) {
            this.name = name;
        }

        void state(TransactionState next) {
            state = next;
        }
    }

    /// Records and watermarks that were seen of one partition.
    private static final class Known {
        private final TreeMap<Long, String> acknowledged = new TreeMap<>();
        private final TreeMap<Long, String> read = new TreeMap<>();
        private final Map<String, TreeMap<Long, String>> byProducer = new HashMap<>();
        private final Map<String, Long> offsets = new HashMap<>();
        private final Set<String> visible = new HashSet<>();
        private final Map<String, Long> shown = new HashMap<>();
        private long watermark;
    }

    private final Findings findings;
    private final Map<Partition, Known> partitions = new HashMap<>();
    private final Map<String, Partition> sent = new HashMap<>();
    private final Map<String, Transaction> transactions = new HashMap<>();
    private final Set<Transaction> ended = new HashSet<>();
    private final Map<String, Long> committed = new HashMap<>();
    private final Map<String, Long> commitsAsked = new HashMap<>();
    private @Nullable Copies copies;
    private long acknowledgements;
    private long reads;

    Ledger(Findings findings) {
        this.findings = findings;
    }

    /// Has `looking` look at the replicas of what is acknowledged.
    void lookAt(Copies looking) {
        copies = looking;
    }

    Set<Partition> partitions() {
        return partitions.keySet();
    }

    /// The value that was acknowledged for an offset.
    String acknowledgedAt(Partition partition, long offset) {
        return known(partition).acknowledged.getOrDefault(offset, "");
    }

    private Known known(Partition partition) {
        return partitions.computeIfAbsent(partition, _ -> new Known());
    }

    // ---- records

    /// A record is about to be sent. Values are unique: `producer.number`, numbers rising.
    void sending(Partition partition, String value, @Nullable Transaction transaction) {
        sent.put(value, partition);
        if (transaction != null) transactions.put(value, transaction);
    }

    void acknowledged(Partition partition, long offset, String value) {
        acknowledgements++;
        Known known = known(partition);
        String other = known.acknowledged.put(offset, value);
        if (other != null && !other.equals(value))
            violation(partition, "offset " + offset + " was acknowledged for " + other + " and for " + value);
        place(partition, known, offset, value);
        String read = known.read.get(offset);
        if (read != null && !read.equals(value))
            violation(partition, "offset " + offset + " was acknowledged for " + value + " and holds " + read);
        Transaction transaction = transactions.get(value);
        if (transaction != null) transaction.acknowledged.put(value, partition);
        if (copies != null) copies.acknowledged(partition, offset, value);
    }

    private void place(Partition partition, Known known, long offset, String value) {
        Long before = known.offsets.put(value, offset);
        if (before != null && before != offset)
            violation(partition, value + " is there twice, at " + before + " and " + offset);
    }

    /// A record was read, committed or not.
    void readAt(Partition partition, long offset, String value) {
        reads++;
        Known known = known(partition);
        if (!partition.equals(sent.get(value))) violation(partition, value + " at " + offset + " was never sent there");
        String before = known.read.put(offset, value);
        if (before != null) {
            if (!before.equals(value))
                violation(partition, "offset " + offset + " held " + before + " and now holds " + value);
            return;
        }
        String promised = known.acknowledged.get(offset);
        if (promised != null && !promised.equals(value))
            violation(partition, "offset " + offset + " was acknowledged for " + promised + " and holds " + value);
        place(partition, known, offset, value);
        TreeMap<Long, String> own = known.byProducer.computeIfAbsent(producer(value), _ -> new TreeMap<>());
        own.put(offset, value);
        Map.Entry<Long, String> earlier = own.lowerEntry(offset);
        Map.Entry<Long, String> later = own.higherEntry(offset);
        if (earlier != null && number(earlier.getValue()) >= number(value)
                || later != null && number(later.getValue()) <= number(value))
            violation(partition, value + " at " + offset + " is out of order: " + earlier + ", " + later);
    }

    private static String producer(String value) {
        return value.substring(0, value.indexOf('.'));
    }

    private static long number(String value) {
        return Long.parseLong(value.substring(value.indexOf('.') + 1));
    }

    /// A fetch of records, committed or not, brought everything that is there between two offsets.
    void covered(Partition partition, long from, long to, Set<Long> offsets) {
        for (var promised :
                known(partition).acknowledged.subMap(from, true, to, true).entrySet()) {
            if (!offsets.contains(promised.getKey()))
                violation(partition, promised.getValue() + ", acknowledged at " + promised.getKey() + ", is gone");
        }
    }

    /// A record was read by a reader of committed records.
    void visible(Partition partition, long offset, String value) {
        known(partition).visible.add(value);
        Transaction transaction = transactions.get(value);
        if (transaction == null) return;
        if (transaction.state == TransactionState.OPEN || transaction.state == TransactionState.ABORT_ASKED)
            violation(
                    partition,
                    value + " at " + offset + " is visible, its transaction " + transaction.name + " is "
                            + transaction.state);
    }

    long watermarkSeen(Partition partition) {
        return known(partition).watermark;
    }

    /// The offset of the last acknowledged record, -1 without one.
    long lastAcknowledged(Partition partition) {
        TreeMap<Long, String> acknowledged = known(partition).acknowledged;
        return acknowledged.isEmpty() ? -1 : acknowledged.lastKey();
    }

    /// The highest watermark that one run of a leader has shown: another leader may have to learn of it first.
    ///
    /// @param run empty when nobody knows which it is
    long watermarkShown(Partition partition, String run) {
        return known(partition).shown.getOrDefault(run, -1L);
    }

    void watermarkShown(Partition partition, String run, long floor, long now) {
        if (now < floor) violation(partition, "the high watermark went from " + floor + " back to " + now);
        known(partition).shown.merge(run, now, Math::max);
    }

    /// @param floor the highest that was seen before the request
    void watermark(Partition partition, long floor, long now) {
        if (now < floor) violation(partition, "the high watermark went from " + floor + " back to " + now);
        Known known = known(partition);
        known.watermark = Math.max(known.watermark, now);
    }

    // ---- transactions

    void ended(Transaction transaction) {
        ended.add(transaction);
    }

    // ---- group offsets

    void committing(String key, long offset) {
        commitsAsked.merge(key, offset, Math::max);
    }

    void committed(String key, long offset) {
        acknowledgements++;
        committed.merge(key, offset, Math::max);
    }

    long committedFloor(String key) {
        return committed.getOrDefault(key, -1L);
    }

    /// @param from who answered, and who leads the offsets of the group
    void offsetFetched(String key, long floor, long offset, Supplier<String> from) {
        if (offset < floor)
            findings.violation(key + ": offset " + floor + " was committed, now it is " + offset + from.get());
        if (offset > commitsAsked.getOrDefault(key, -1L))
            findings.violation(key + ": offset " + offset + " was never committed");
    }

    // ---- the end

    /// After everything was read from the beginning to the end by both kinds of readers.
    void finished() {
        for (var each : partitions.entrySet()) {
            Known known = each.getValue();
            for (var promised : known.acknowledged.entrySet()) {
                if (!promised.getValue().equals(known.read.get(promised.getKey())))
                    violation(
                            each.getKey(),
                            promised.getValue() + ", acknowledged at " + promised.getKey() + ", was not found");
            }
        }
        for (Transaction transaction : ended) check(transaction);
    }

    private void check(Transaction transaction) {
        int seen = 0;
        for (var each : transaction.acknowledged.entrySet()) {
            if (known(each.getValue()).visible.contains(each.getKey())) seen++;
        }
        int all = transaction.acknowledged.size();
        boolean mustBeSeen = transaction.state == TransactionState.COMMITTED;
        if (mustBeSeen && seen < all || seen > 0 && seen < all) {
            findings.violation("transaction " + transaction.name + " (" + transaction.state + "): " + seen + " of "
                    + all + " records are visible");
        }
    }

    private void violation(Partition partition, String text) {
        findings.violation(partition.name() + ": " + text);
    }

    /// Transactions whose commit was acknowledged.
    long commits() {
        return ended.stream()
                .filter(each -> each.state == TransactionState.COMMITTED)
                .count();
    }

    long acknowledgements() {
        return acknowledgements;
    }

    long reads() {
        return reads;
    }
}
