package barnabas.log.partition;

import barnabas.log.TopicPartition;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Failures of reads of one log, each of which is logged once: readers come again and again to a damaged place.
/// Thread-safe.
final class ReadFailures {
    private static final Logger LOG = LoggerFactory.getLogger(ReadFailures.class);
    /// More are not logged before the next start.
    private static final int LOGGED_MAX = 32;

    private @Nullable Set<String> logged;

    /// Logs a failure that has not been logged before.
    ///
    /// @return false when it has, or too many others have
    boolean report(TopicPartition partition, IOException failure) {
        if (!isNew(failure.toString())) return false;
        LOG.error("{} cannot be read: {}", partition, failure.getMessage());
        return true;
    }

    private synchronized boolean isNew(String failure) {
        var known = logged == null ? new HashSet<String>() : logged;
        logged = known;
        return known.size() < LOGGED_MAX && known.add(failure);
    }
}
