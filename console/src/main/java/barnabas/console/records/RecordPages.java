package barnabas.console.records;

import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.IsolationLevel;
import barnabas.client.TopicPartition;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.rest.Turns;
import barnabas.console.view.Shared;
import barnabas.console.view.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Pages of records of several partitions of one topic. Each partition gives its next records, and the page takes from
/// all of them by their time.
///
/// @param user reads with its rights
/// @param limit records of a page
/// @param wanted of the records that are looked at
/// @param schemas known before `wanted` is asked
/// @param withMarkers whether ends of transactions are shown
public record RecordPages(
        User user, String topic, int limit, Predicate<ReadRecord> wanted, KnownSchemas schemas, boolean withMarkers) {
    private static final int FETCH_BYTES = 1 << 20;
    /// A range of records that is larger is read in smaller steps.
    private static final long RANGE_BYTES_MAX = 8L << 20;

    private static final int WINDOW_MIN = 20;
    private static final int WINDOW_MAX = 20_000;
    /// Of a page's candidates together.
    private static final int CANDIDATES_MAX = 5_000;

    private static final int KEPT_BYTES = 16 << 10;
    private static final Duration STANDING_PAUSE = Duration.ofMillis(250);

    private static final Comparator<Head> BY_TIME = Comparator.<Head>comparingLong(
                    head -> head.record().timestampMillis())
            .thenComparingLong(head -> head.record().offset())
            .thenComparingInt(head -> head.record().partition());

    /// A page.
    ///
    /// @param next cursor of the page behind this one
    /// @param more whether there are records that were not looked at
    /// @param looked records that were looked at
    public record Page(List<ReadRecord> records, String next, boolean more, long looked) {}

    /// Makes an answer of a page.
    @FunctionalInterface
    public interface Answer<T> {
        T of(Page page) throws InterruptedException;
    }

    /// Candidates of one partition.
    ///
    /// @param bound offset where the search ended: records behind it, in its direction, were not looked at
    private record Part(int partition, List<ReadRecord> found, long bound, boolean more) {}

    private int perPartition(int partitions) {
        return Math.max(5, Math.min(limit, CANDIDATES_MAX / Math.max(1, partitions)));
    }

    private boolean isWanted(ReadRecord record) {
        return (withMarkers || record.marker() == null) && wanted.test(record);
    }

    /// The newest records before `bounds`, newest first.
    ///
    /// @param starts first offsets
    /// @param bounds exclusive, by partition
    public Page newest(Map<Integer, Long> starts, Map<Integer, Long> bounds)
            throws ClientException, InterruptedException {
        var budget = new Budget(user.clock());
        var parts = new ArrayList<Part>();
        boolean moved = false;
        for (Map.Entry<Integer, Long> each : bounds.entrySet()) {
            long start = starts.getOrDefault(each.getKey(), 0L);
            int index = parts.size();
            GoOn goOn = () -> budget.isLeftFor(index, bounds.size());
            Part part = back(each.getKey(), start, each.getValue(), perPartition(bounds.size()), budget, goOn);
            if (!moved && part.more && part.bound == each.getValue()) part = lastAlone(part, budget);
            moved |= part.bound < each.getValue();
            parts.add(part);
        }
        return merged(parts, budget, true);
    }

    /// Condition under which a search goes on.
    @FunctionalInterface
    private interface GoOn {
        boolean left();
    }

    private Part back(int partition, long start, long bound, int most, Budget budget, GoOn goOn)
            throws ClientException, InterruptedException {
        List<ReadRecord> found = new ArrayList<>();
        long lower = bound;
        int window = Math.clamp(limit, WINDOW_MIN, WINDOW_MAX);
        while (lower > start && found.size() < most && goOn.left()) {
            long from = Math.max(start, lower - window);
            List<ReadRecord> range = range(partition, from, lower, window > 1, budget);
            if (range == null) {
                window = Math.max(1, window / 4);
                continue;
            }
            range.forEach(budget::keep);
            found.addAll(range.reversed());
            lower = from;
            window = Math.min(WINDOW_MAX, window * 2);
        }
        if (found.size() <= most) return new Part(partition, found, lower, lower > start);
        return new Part(partition, found.subList(0, most), found.get(most).offset() + 1, true);
    }

    /// The last record of a partition where time was over before its first window was, so that the next request begins
    /// at another place. One partition of a page is enough for that: reading the last record of each takes long.
    private Part lastAlone(Part part, Budget budget) throws ClientException, InterruptedException {
        long lower = part.bound - 1;
        List<ReadRecord> last = range(part.partition, lower, part.bound, false, budget);
        return new Part(part.partition, last == null ? List.of() : last, lower, true);
    }

    /// Wanted records of a range; null when the range is too large to be read at once.
    private @Nullable List<ReadRecord> range(int partition, long from, long to, boolean divisible, Budget budget)
            throws ClientException, InterruptedException {
        var range = new ArrayList<ReadRecord>();
        long bytes = 0;
        long at = from;
        while (at < to) {
            Fetched fetched = fetch(partition, at);
            if (fetched.nextOffset() == at) break;
            for (ReadRecord each : fetched.records()) {
                if (each.offset() >= to) break;
                if (divisible && !budget.isLeft()) return null;
                budget.read(each);
                bytes += Math.max(0, each.valueBytes());
                if (isWanted(each)) range.add(each.kept(KEPT_BYTES));
            }
            at = fetched.nextOffset();
            if (divisible && bytes > RANGE_BYTES_MAX && at < to) return null;
        }
        return range;
    }

    private Fetched fetch(int partition, long offset) throws ClientException, InterruptedException {
        return fetch(partition, offset, null);
    }

    /// @param tails shares what it reads; null for a read of its own
    private Fetched fetch(int partition, long offset, @Nullable TailReads tails)
            throws ClientException, InterruptedException {
        var place = new TopicPartition(topic, partition);
        Shared.Source<Fetched> source = () ->
                PartitionFetch.readSoon(user.cluster(), place, offset, FETCH_BYTES, IsolationLevel.READ_UNCOMMITTED);
        Fetched fetched = tails == null ? source.load() : tails.read(user, place, offset, source);
        schemas.prepare(fetched.records());
        return fetched;
    }

    /// The oldest records from `places` on, oldest first.
    ///
    /// @param ends exclusive, by partition
    public Page oldest(Map<Integer, Long> places, Map<Integer, Long> ends)
            throws ClientException, InterruptedException {
        return oldest(places, ends, null);
    }

    private Page oldest(Map<Integer, Long> places, Map<Integer, Long> ends, @Nullable TailReads tails)
            throws ClientException, InterruptedException {
        var budget = new Budget(user.clock());
        var parts = new ArrayList<Part>();
        for (Map.Entry<Integer, Long> each : places.entrySet()) {
            long end = ends.getOrDefault(each.getKey(), 0L);
            int index = parts.size();
            GoOn goOn = () -> budget.isLeftFor(index, places.size());
            Source source = offset -> fetch(each.getKey(), offset, tails);
            parts.add(forward(
                    each.getKey(),
                    each.getValue(),
                    end,
                    new Search(source, perPartition(places.size()), budget, goOn)));
        }
        return merged(parts, budget, false);
    }

    /// Reads the records of a partition from an offset on.
    @FunctionalInterface
    private interface Source {
        Fetched at(long offset) throws ClientException, InterruptedException;
    }

    /// @param most records that are wanted
    private record Search(Source source, int most, Budget budget, GoOn goOn) {}

    private Part forward(int partition, long from, long end, Search search)
            throws ClientException, InterruptedException {
        var found = new ArrayList<ReadRecord>();
        long at = from;
        while (at < end && found.size() < search.most && search.goOn.left()) {
            Fetched fetched = search.source.at(at);
            if (fetched.nextOffset() == at) break;
            at = fetched.nextOffset();
            for (ReadRecord each : fetched.records()) {
                if (each.offset() >= end) break;
                search.budget.read(each);
                if (isWanted(each)) {
                    found.add(each.kept(KEPT_BYTES));
                    search.budget.keep(found.getLast());
                }
                if (found.size() < search.most && search.goOn.left()) continue;
                at = each.offset() + 1;
                break;
            }
        }
        return new Part(partition, found, Math.min(at, end), at < end);
    }

    /// The records behind `places`, waited for until `end`, oldest first.
    ///
    /// @param places by partition; not before the first offsets
    /// @param reads of all tails; without a turn until `end` the page is empty and goes on at the same place
    /// @param answer made of the page while it has its turn
    public <T> T tail(Map<Integer, Long> places, Deadline end, TailReads reads, Answer<T> answer)
            throws ClientException, InterruptedException {
        Map<Integer, Long> at = new TreeMap<>(places);
        var partitions = new ArrayList<TopicPartition>();
        for (int each : places.keySet()) partitions.add(new TopicPartition(topic, each));
        Map<TopicPartition, Long> seen = null;
        while (true) {
            seen = user.awaitEnds(partitions, seen, end);
            Map<Integer, Long> ends = new TreeMap<>();
            seen.forEach((partition, offset) -> ends.put(partition.partition(), offset));
            // Ends that another tail has seen may be older than the places.
            if (isAhead(at, ends))
                user.ends(partitions).forEach((partition, offset) -> ends.put(partition.partition(), offset));
            // A topic that was deleted and created again begins at 0.
            at.replaceAll((partition, place) -> Math.min(place, ends.getOrDefault(partition, place)));
            while (isBehind(at, ends)) {
                Map<Integer, Long> next;
                try (Turns.Turn turn = reads.turn(user, end)) {
                    if (turn == null) return answer.of(new Page(List.of(), Cursor.text(at), true, 0));
                    Page page = oldest(at, ends, reads);
                    if (!page.records.isEmpty() || end.passed()) return answer.of(page);
                    next = Cursor.parse(page.next);
                }
                boolean stands = next.equals(at);
                at = next;
                if (stands) {
                    // The leader has changed: its ends are asked for again.
                    Deadline.in(STANDING_PAUSE, user.clock()).park(this);
                    seen = null;
                    break;
                }
                if (Thread.interrupted()) throw new InterruptedException("the client has gone");
            }
            if (end.passed()) return answer.of(new Page(List.of(), Cursor.text(at), false, 0));
            if (Thread.interrupted()) throw new InterruptedException("the client has gone");
        }
    }

    private static boolean isAhead(Map<Integer, Long> at, Map<Integer, Long> ends) {
        for (Map.Entry<Integer, Long> each : at.entrySet())
            if (ends.getOrDefault(each.getKey(), each.getValue()) < each.getValue()) return true;
        return false;
    }

    private static boolean isBehind(Map<Integer, Long> at, Map<Integer, Long> ends) {
        for (Map.Entry<Integer, Long> each : at.entrySet())
            if (ends.getOrDefault(each.getKey(), 0L) > each.getValue()) return true;
        return false;
    }

    /// Next candidate of a partition.
    private record Head(Part part, int index) {
        ReadRecord record() {
            return part.found.get(index);
        }
    }

    /// Takes from the partitions by the times of their next records; a partition's own records stay in their order.
    private Page merged(List<Part> parts, Budget budget, boolean newestFirst) {
        var heads = new PriorityQueue<Head>(Math.max(1, parts.size()), newestFirst ? BY_TIME.reversed() : BY_TIME);
        Map<Integer, Long> next = new TreeMap<>();
        boolean more = false;
        for (Part each : parts) {
            if (!each.found.isEmpty()) heads.add(new Head(each, 0));
            next.put(each.partition, each.bound);
            more |= each.more;
        }
        var page = new ArrayList<ReadRecord>();
        while (!heads.isEmpty() && page.size() < limit) {
            Head head = heads.remove();
            page.add(head.record());
            if (head.index + 1 < head.part.found.size()) heads.add(new Head(head.part, head.index + 1));
        }
        for (Head left : heads) {
            next.put(left.part.partition, left.record().offset() + (newestFirst ? 1 : 0));
            more = true;
        }
        return new Page(page, Cursor.text(next), more, budget.records());
    }
}
