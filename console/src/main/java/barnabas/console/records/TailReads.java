package barnabas.console.records;

import barnabas.base.Deadline;
import barnabas.base.Mutex;
import barnabas.client.ClientException;
import barnabas.client.TopicPartition;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.rest.Turns;
import barnabas.console.rest.Turns.Turn;
import barnabas.console.view.Shared;
import barnabas.console.view.User;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads of live tails: those that are at the same place read its records once. For any thread.
public final class TailReads {
    /// Reads that are kept together: half a megabyte.
    private static final int READS_MAX = 8;

    /// Beside the pages, which do not wait for tails: what a tail has read takes as much memory as a page.
    private static final int READS_AT_ONCE = 2;

    private static final int USERS_MAX = 100;

    private static final int SHARED_BYTES_MAX = 64 << 10;
    private static final Duration FRESH = Duration.ofSeconds(1);

    private record Place(User user, TopicPartition partition, long offset) {}

    private final Shared<Place, Fetched> reads = new Shared<>(READS_MAX, FRESH, TailReads::isShared);
    private final Turns turns = new Turns(READS_AT_ONCE, Duration.ZERO);
    private final Mutex lock = new Mutex();
    private final Map<String, Turns> ofUsers = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    /// A turn to read, not to wait. A user with a name has one at a time, so that its tails leave one to the others.
    ///
    /// @return null when none ended by `end`
    @Nullable
    Turn turn(User user, Deadline end) throws InterruptedException {
        String name = user.name();
        if (name == null) return turns.takeBy(end);
        Turn own = ofUser(name).takeBy(end);
        if (own == null) return null;
        Turn common = null;
        try {
            common = turns.takeBy(end);
        } finally {
            if (common == null) own.close();
        }
        if (common == null) return null;
        Turn both = common;
        return () -> {
            both.close();
            own.close();
        };
    }

    private Turns ofUser(String name) {
        try (var _ = lock.hold()) {
            Turns present = ofUsers.get(name);
            if (present != null) return present;
            if (ofUsers.size() >= USERS_MAX)
                ofUsers.remove(ofUsers.keySet().iterator().next());
            var made = new Turns(1, Duration.ZERO);
            ofUsers.put(name, made);
            return made;
        }
    }

    private static boolean isShared(Fetched fetched) {
        long bytes = 0;
        for (ReadRecord each : fetched.records()) bytes += 100L + each.bytes();
        return !fetched.records().isEmpty() && bytes <= SHARED_BYTES_MAX;
    }

    /// The records at a place, as copies of the caller's own.
    Fetched read(User user, TopicPartition partition, long offset, Shared.Source<Fetched> source)
            throws ClientException, InterruptedException {
        // Copies: a record may be a slice of a much larger answer.
        Fetched shared = reads.value(new Place(user, partition, offset), user.clock(), () -> {
            Fetched fetched = source.load();
            return isShared(fetched) ? copy(fetched) : fetched;
        });
        return copy(shared);
    }

    private static Fetched copy(Fetched fetched) {
        List<ReadRecord> copies = fetched.records().stream()
                .map(each -> each.kept(Integer.MAX_VALUE))
                .toList();
        return new Fetched(
                copies, fetched.nextOffset(), fetched.highWatermark(), fetched.lastStableOffset(), fetched.aborted());
    }
}
