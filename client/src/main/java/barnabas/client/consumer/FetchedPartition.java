package barnabas.client.consumer;

import barnabas.client.ClientException;
import barnabas.client.TopicPartition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records of one partition in one answer.
///
/// @param generation of the position it was fetched for; outdated after a seek
/// @param nextOffset where reading goes on, also behind batches that hold nothing for the application
/// @param bytes on the wire
/// @param failure instead of records
record FetchedPartition(
        TopicPartition partition,
        long generation,
        List<ConsumerRecord> records,
        long nextOffset,
        int bytes,
        @Nullable Failure failure) {
    /// @param positionGone the broker has nothing at the position; the fallback decides where to go on
    record Failure(ClientException reason, boolean positionGone) {}

    private static final long WAKE_UP_GENERATION = -1;

    /// Ends a poll without bringing anything.
    static FetchedPartition wakeUp() {
        return new FetchedPartition(new TopicPartition("", -1), WAKE_UP_GENERATION, List.of(), -1, 0, null);
    }

    boolean isWakeUp() {
        return generation == WAKE_UP_GENERATION;
    }
}
