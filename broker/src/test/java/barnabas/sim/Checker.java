package barnabas.sim;

import barnabas.sim.History.Attempt;
import barnabas.sim.History.Observed;
import barnabas.sim.History.Outcome;
import barnabas.sim.History.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/// Looks for what a transactional log must never show: lost writes, aborted reads (G1a), duplicates, changed and
/// reordered records, torn transactions, and circular information flow (G1c over write-read edges). Interleaved writes
/// of concurrent transactions (G0) are allowed: a Kafka log does not isolate writers.
final class Checker {
    private final History history;
    private final Map<Long, Attempt> writers = new HashMap<>();
    private final Map<Long, Write> writes = new HashMap<>();
    private final TreeSet<String> anomalies = new TreeSet<>();

    private Checker(History history) {
        this.history = history;
        for (Attempt each : history.transactions()) {
            for (Write write : each.writes()) {
                writers.put(write.value(), each);
                writes.put(write.value(), write);
            }
        }
    }

    /// A line for each anomaly, beginning with its kind; empty when there is none.
    static List<String> anomalies(History history) {
        var checker = new Checker(history);
        checker.finalLog();
        checker.outcomes();
        checker.readsOnTheWay();
        checker.circles();
        return List.copyOf(checker.anomalies);
    }

    private void finalLog() {
        var seen = new HashMap<Long, Observed>();
        history.committed().forEach((partition, records) -> {
            long lastOffset = -1;
            var lastNumbers = new HashMap<Integer, Long>();
            for (Observed each : records) {
                if (each.offset() <= lastOffset) found("inconsistent-offsets", each + " after offset " + lastOffset);
                lastOffset = each.offset();
                Observed twice = seen.put(each.value(), each);
                if (twice != null) found("duplicate", each + " is also " + twice);
                Attempt writer = writers.get(each.value());
                if (writer == null) {
                    found("unknown-value", each.toString());
                    continue;
                }
                Write write = writes.get(each.value());
                if (!write.partition().equals(partition)) found("wrong-partition", each + " was " + write);
                if (write.offset() >= 0 && write.offset() != each.offset()) {
                    found("inconsistent-offsets", each + " was acknowledged as " + write);
                }
                Long before = lastNumbers.put(writer.client(), each.value());
                if (before != null && before > each.value()) {
                    found("reordered", writer.name() + ": " + each.value() + " after " + before + " in " + partition);
                }
            }
        });
    }

    private void outcomes() {
        var visible = new HashSet<Long>();
        history.committed().values().forEach(records -> records.forEach(each -> visible.add(each.value())));
        for (Attempt each : history.transactions()) {
            long there = each.writes().stream()
                    .filter(write -> visible.contains(write.value()))
                    .count();
            long all = each.writes().size();
            switch (each.outcome()) {
                case COMMITTED -> {
                    if (there == 0 && all > 0) found("lost-write", each.name() + ": all of " + all);
                    else if (there < all) found("torn", each.name() + ": committed, " + there + " of " + all);
                }
                case ABORTED -> {
                    if (there > 0) found("aborted-read", each.name() + ": " + there + " of " + all);
                }
                case UNKNOWN -> {
                    // What was never acknowledged may be missing: the client may have crashed before it was sent.
                    boolean lost = each.writes().stream()
                            .anyMatch(write -> write.offset() >= 0 && !visible.contains(write.value()));
                    if (there > 0 && lost) found("torn", each.name() + ": unknown, " + there + " of " + all);
                }
            }
        }
    }

    private void readsOnTheWay() {
        Map<TopicPartition, Map<Long, Integer>> places = new HashMap<>();
        history.committed().forEach((partition, records) -> {
            var byOffset = new HashMap<Long, Integer>();
            for (int i = 0; i < records.size(); i++) byOffset.put(records.get(i).offset(), i);
            places.put(partition, byOffset);
        });
        for (Attempt reader : history.transactions()) {
            var last = new HashMap<TopicPartition, Integer>();
            for (Observed read : reader.reads()) {
                Attempt writer = writers.get(read.value());
                if (writer == reader) found("precommitted-read", reader.name() + " read its own " + read);
                if (writer != null && writer.outcome() == Outcome.ABORTED) {
                    found("aborted-read", reader.name() + " read " + read + " of " + writer.name());
                }
                Integer place = places.getOrDefault(read.partition(), Map.of()).get(read.offset());
                if (place == null) {
                    found("vanished", reader.name() + " read " + read + ", which is gone");
                    continue;
                }
                Observed stays = history.committed().get(read.partition()).get(place);
                if (stays.value() != read.value()) found("inconsistent-offsets", read + " became " + stays);
                Integer before = last.put(read.partition(), place);
                if (before != null && place != before + 1) {
                    found("poll-gap", reader.name() + " in " + read.partition() + ": " + before + " to " + place);
                }
            }
        }
    }

    /// An edge from a transaction to those that read its records before they were over. Along a circle every
    /// transaction would have read from one that was not done.
    private void circles() {
        Map<Attempt, Set<Attempt>> readers = new HashMap<>();
        for (Attempt reader : history.transactions()) {
            if (reader.outcome() == Outcome.ABORTED) continue;
            for (Observed read : reader.reads()) {
                Attempt writer = writers.get(read.value());
                if (writer == null || writer == reader) continue;
                readers.computeIfAbsent(writer, any -> new HashSet<>()).add(reader);
            }
        }
        var incoming = new HashMap<Attempt, Integer>();
        readers.values().forEach(targets -> targets.forEach(target -> incoming.merge(target, 1, Integer::sum)));
        var free = new ArrayDeque<Attempt>();
        for (Attempt each : history.transactions()) if (!incoming.containsKey(each)) free.add(each);
        int left = history.transactions().size();
        for (Attempt next = free.poll(); next != null; next = free.poll()) {
            left--;
            for (Attempt target : readers.getOrDefault(next, Set.of())) {
                if (incoming.merge(target, -1, Integer::sum) == 0) free.add(target);
            }
        }
        if (left == 0) return;
        var names = new ArrayList<String>();
        incoming.forEach((attempt, count) -> {
            if (count > 0) names.add(attempt.name());
        });
        found("G1c", "a circle among " + names);
    }

    private void found(String kind, String what) {
        anomalies.add(kind + ": " + what);
    }
}
