package barnabas.log.directory;

import barnabas.log.partition.PartitionLog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;

/// The logs that work of every second looks at: all of them, or of thousands some in turn.
///
/// Owner: the thread of the upkeep.
final class LogTurns {
    static final int LOGS_MAX = 2_500;

    private final Collection<PartitionLog> all;
    private Iterator<PartitionLog> rest = Collections.emptyIterator();

    /// @param all changed by any thread, as long as iterators go on
    LogTurns(Collection<PartitionLog> all) {
        this.all = all;
    }

    Collection<PartitionLog> next() {
        if (all.size() <= LOGS_MAX) return all;
        if (!rest.hasNext()) rest = all.iterator();
        var taken = new ArrayList<PartitionLog>(LOGS_MAX);
        while (taken.size() < LOGS_MAX && rest.hasNext()) taken.add(rest.next());
        return taken;
    }
}
