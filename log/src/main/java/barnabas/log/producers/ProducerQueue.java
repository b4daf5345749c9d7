package barnabas.log.producers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Producers in the order of their last append, linked through the entries: moving one allocates nothing. An entry is
/// in one queue at most. Owner: the partition's lock.
final class ProducerQueue {
    private @Nullable ProducerEntry oldest;
    private @Nullable ProducerEntry newest;
    private int size;

    int size() {
        return size;
    }

    @Nullable
    ProducerEntry oldest() {
        return oldest;
    }

    void addNewest(ProducerEntry entry) {
        entry.queue = this;
        entry.older = newest;
        if (newest == null) oldest = entry;
        else newest.newer = entry;
        newest = entry;
        size++;
    }

    void remove(ProducerEntry entry) {
        if (entry.older == null) oldest = entry.newer;
        else entry.older.newer = entry.newer;
        if (entry.newer == null) newest = entry.older;
        else entry.newer.older = entry.older;
        entry.queue = null;
        entry.older = null;
        entry.newer = null;
        size--;
    }

    void addTo(List<ProducerEntry> target) {
        for (var each = oldest; each != null; each = each.newer) target.add(each);
    }

    void clear() {
        oldest = null;
        newest = null;
        size = 0;
    }
}
