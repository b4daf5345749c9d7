package barnabas.log.recovery;

import barnabas.log.file.DamagedSegment;
import barnabas.log.file.LogFiles;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.StoredBatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Set;

/// Finishes what a crash left of a `SegmentSwap`, before anything else of the log is looked at.
///
/// @param names of the files in the partition's directory
record SwapRecovery(LogPlace place, Set<String> names) {
    /// Returns the names of the files that are there now.
    Set<String> finish() throws IOException {
        boolean any = false;
        for (var name : names) {
            var base = LogFiles.offsetIn(name, LogFiles.LOG + LogFiles.SWAP);
            if (base.isEmpty()) continue;
            any = true;
            finish(base.getAsLong());
        }
        // indexes whose log never got as far, or has got further already
        for (var name : names) {
            if (!name.endsWith(LogFiles.SWAP)) continue;
            any = true;
            place.disk().delete(place.file(name));
        }
        if (!any) return names;
        place.disk().forceDirectory(place.directory());
        return LogFiles.namesIn(place.disk(), place.directory());
    }

    private void finish(long base) throws IOException {
        long end = endOf(base);
        var bases = new ArrayList<Long>();
        for (var name : names) {
            var old = LogFiles.offsetIn(name, LogFiles.LOG);
            if (old.isPresent() && old.getAsLong() >= base && old.getAsLong() < end) bases.add(old.getAsLong());
        }
        // once the log of this name is gone, the indexes of this name are the new ones
        for (long old : bases.reversed()) place.newSegment(old, 0).markReplaced();
        if (!bases.isEmpty()) place.disk().forceDirectory(place.directory());
        place.newSegment(base, 0, LogFiles.SWAP).rename(LogFiles.SWAP, "");
    }

    private long endOf(long base) throws IOException {
        var file = place.file(LogFiles.log(base) + LogFiles.SWAP);
        long size = place.disk().sizeBytes(file);
        try (var opened = place.disk().openReadOnly(file)) {
            var batches = new StoredBatches(opened, 0, size, base, 64 * 1024);
            long end = base;
            while (batches.next()) end = batches.header().nextOffset();
            if (!batches.atEnd()) throw new DamagedSegment(file, batches.position(), end);
            return end;
        }
    }
}
