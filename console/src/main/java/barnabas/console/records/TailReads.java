package barnabas.console.records;

import barnabas.client.ClientException;
import barnabas.client.TopicPartition;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.Turns;
import barnabas.console.view.Shared;
import barnabas.console.view.User;
import java.time.Duration;
import java.util.List;

/// Reads of live tails: those that are at the same place read its records once. For any thread.
public final class TailReads {
    /// Reads that are kept together: half a megabyte.
    private static final int READS_MAX = 8;

    private static final int SHARED_BYTES_MAX = 64 << 10;
    private static final Duration FRESH = Duration.ofSeconds(1);

    private record Place(User user, TopicPartition partition, long offset) {}

    private final Shared<Place, Fetched> reads = new Shared<>(READS_MAX, FRESH, TailReads::isShared);
    private final Turns turns;

    /// @param turns of all pages of records: what a tail has read takes as much memory
    public TailReads(Turns turns) {
        this.turns = turns;
    }

    /// A turn to read, not to wait.
    Turns.Turn turn() throws ApiProblem, InterruptedException {
        return turns.take();
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
