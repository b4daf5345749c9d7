package barnabas.client.consumer;

import barnabas.client.IsolationLevel;
import barnabas.client.group.GroupOptions;
import java.time.Duration;

/// Options of a consumer. Names in brackets are those of Kafka's consumer.
///
/// @param isolation (`isolation.level`)
/// @param fetchWait how long a broker holds an answer back when it has little (`fetch.max.wait.ms`)
/// @param fetchBytesMin what little means (`fetch.min.bytes`)
/// @param fetchBytesMax in one answer, and waiting for [Consumer#poll] (`fetch.max.bytes`)
/// @param partitionBytesMax of one partition in one answer (`max.partition.fetch.bytes`)
/// @param decompressedBytesMax a batch that grows beyond this is refused
/// @param checkCrcs (`check.crcs`)
/// @param fallback where to begin without a committed offset, or when the position is gone
/// (`auto.offset.reset`)
/// @param commitInterval of a group member; commits what earlier polls returned (`auto.commit.interval.ms`)
public record ConsumerOptions(
        IsolationLevel isolation,
        Duration fetchWait,
        int fetchBytesMin,
        int fetchBytesMax,
        int partitionBytesMax,
        long decompressedBytesMax,
        boolean checkCrcs,
        Fallback fallback,
        Duration commitInterval,
        GroupOptions group) {
    /// Start of a partition without a position.
    public enum Fallback {
        EARLIEST,
        LATEST,
        /// Fail.
        NONE
    }

    public static final ConsumerOptions DEFAULT = new ConsumerOptions(
            IsolationLevel.READ_UNCOMMITTED,
            Duration.ofMillis(500),
            1,
            50 << 20,
            1 << 20,
            256 << 20,
            true,
            Fallback.LATEST,
            Duration.ofSeconds(5),
            GroupOptions.DEFAULT);

    public ConsumerOptions withIsolation(IsolationLevel value) {
        return new ConsumerOptions(
                value,
                fetchWait,
                fetchBytesMin,
                fetchBytesMax,
                partitionBytesMax,
                decompressedBytesMax,
                checkCrcs,
                fallback,
                commitInterval,
                group);
    }

    public ConsumerOptions withFallback(Fallback value) {
        return new ConsumerOptions(
                isolation,
                fetchWait,
                fetchBytesMin,
                fetchBytesMax,
                partitionBytesMax,
                decompressedBytesMax,
                checkCrcs,
                value,
                commitInterval,
                group);
    }

    public ConsumerOptions withGroup(GroupOptions value) {
        return new ConsumerOptions(
                isolation,
                fetchWait,
                fetchBytesMin,
                fetchBytesMax,
                partitionBytesMax,
                decompressedBytesMax,
                checkCrcs,
                fallback,
                commitInterval,
                value);
    }
}
