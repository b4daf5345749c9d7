package barnabas.log.file;

import barnabas.base.Digits;
import barnabas.base.Disk;
import barnabas.log.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// Names of files in a partition's directory: an offset in 20 digits and a suffix for what it is.
public final class LogFiles {
    public static final String LOG = ".log";
    public static final String INDEX = ".index";
    public static final String TIME_INDEX = ".timeindex";
    public static final String TRANSACTION_INDEX = ".txnindex";
    public static final String SNAPSHOT = ".snapshot";
    /// Removed, but its bytes stay for a while.
    public static final String DELETED = ".deleted";
    /// Written by compaction and not yet valid.
    public static final String CLEANED = ".cleaned";
    /// Written by compaction, complete and on disk: takes the place of what it was made from.
    public static final String SWAP = ".swap";

    /// Gets its own name when it is complete.
    private static final String UNFINISHED = ".tmp";

    /// A truncation is under way. A process that was killed may have left what it cut to come back after a power cut:
    /// a start that finds this file forces the log before it is written to.
    public static final String TRUNCATION = "truncation";

    public static final String LEADER_EPOCHS = "leader-epoch-checkpoint";
    public static final String METADATA = "partition.metadata";

    private static final int DIGITS = 20;
    /// The metadata log is not a partition's, even where it shares the directory.
    private static final String METADATA_TOPIC = "__cluster_metadata";

    private LogFiles() {}

    /// Sorted, as the disk lists them.
    public static Set<String> namesIn(Disk disk, Path directory) throws IOException {
        var names = new LinkedHashSet<String>();
        for (var file : disk.list(directory)) names.add(String.valueOf(file.getFileName()));
        return names;
    }

    /// True for what an opening removes or finishes.
    public static boolean isLeftOver(String name) {
        return isRefuse(name) || name.endsWith(SWAP) || name.equals(TRUNCATION);
    }

    /// True for a file that is left over and can be deleted.
    public static boolean isRefuse(String name) {
        return name.endsWith(DELETED) || name.endsWith(CLEANED) || name.endsWith(UNFINISHED);
    }

    public static String log(long baseOffset) {
        return digits(baseOffset) + LOG;
    }

    public static String index(long baseOffset) {
        return digits(baseOffset) + INDEX;
    }

    public static String timeIndex(long baseOffset) {
        return digits(baseOffset) + TIME_INDEX;
    }

    public static String transactionIndex(long baseOffset) {
        return digits(baseOffset) + TRANSACTION_INDEX;
    }

    public static String snapshot(long offset) {
        return digits(offset) + SNAPSHOT;
    }

    public static Path deleted(Path file) {
        return file.resolveSibling(file.getFileName() + DELETED);
    }

    public static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + UNFINISHED);
    }

    private static String digits(long offset) {
        return Digits.decimal(offset, DIGITS);
    }

    /// The offset in a name of this suffix; empty when the name is of another kind.
    public static OptionalLong offsetIn(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) return OptionalLong.empty();
        for (int i = 0; i < DIGITS; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name, 0, DIGITS, 10));
        } catch (NumberFormatException beyondLong) {
            return OptionalLong.empty();
        }
    }

    /// The partition that a directory is named for; empty for names of another kind.
    public static Optional<TopicPartition> partitionOf(Path directory) {
        var name = String.valueOf(directory.getFileName());
        int dash = name.lastIndexOf('-');
        if (dash <= 0) return Optional.empty();
        var topic = name.substring(0, dash);
        var partition = partitionNumber(name.substring(dash + 1));
        if (partition.isEmpty() || topic.equals(METADATA_TOPIC)) return Optional.empty();
        return Optional.of(new TopicPartition(topic, partition.getAsInt()));
    }

    private static OptionalInt partitionNumber(String digits) {
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9'))
            return OptionalInt.empty();
        // no partition is named like that, and it would be taken for the one whose name it is not
        if (digits.length() > 1 && digits.startsWith("0")) return OptionalInt.empty();
        return OptionalInt.of(Integer.parseInt(digits));
    }
}
