package barnabas.log.partition;

import barnabas.base.Disk;
import barnabas.log.EpochEndOffset;
import barnabas.log.file.CheckpointFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Start offset of each leader epoch in a partition's log (KIP-101). Thread-safe by its own monitor, for memory work
/// only.
///
/// The file, `leader-epoch-checkpoint` with one line `epoch offset` per epoch, is written with every flush and not
/// with every new epoch: epochs missing in the file are found again in the batches. Epochs without records are not
/// saved; the next leader appends its own. Saves a write per idle partition at a restart.
public final class LeaderEpochs {
    private final TreeMap<Integer, Long> starts = new TreeMap<>();
    private boolean unsaved;
    /// The lines of the file; null when there is none that says anything.
    private @Nullable List<String> saved;

    public record Start(int epoch, long offset) {}

    /// The file's content, as it was when the log was closed.
    synchronized void restore(List<Start> closed) {
        starts.clear();
        for (var start : closed) starts.put(start.epoch(), start.offset());
        saved = closed.isEmpty() ? null : linesBefore(Long.MAX_VALUE);
    }

    /// Those with records in a log that ends at `endOffset`.
    synchronized List<Start> startsBefore(long endOffset) {
        var found = new ArrayList<Start>(starts.size());
        starts.forEach((epoch, offset) -> {
            if (offset < endOffset) found.add(new Start(epoch, offset));
        });
        return found;
    }

    /// Reads the file; false when it is missing or damaged.
    public boolean load(Disk disk, Path file) throws IOException {
        var entries = CheckpointFile.read(disk, file);
        return entries.isPresent() && take(entries.get());
    }

    private synchronized boolean take(List<String[]> entries) {
        starts.clear();
        try {
            for (var entry : entries) {
                if (entry.length != 2) return damaged();
                starts.put(Integer.parseInt(entry[0]), Long.parseLong(entry[1]));
            }
        } catch (NumberFormatException noNumber) {
            return damaged();
        }
        long before = -1;
        for (long start : starts.values()) {
            if (start < before) return damaged();
            before = start;
        }
        saved = linesBefore(Long.MAX_VALUE);
        return true;
    }

    private boolean damaged() {
        starts.clear();
        return false;
    }

    /// @param endOffset of the log; epochs that start there have no records
    void save(Disk disk, Path file, long endOffset) throws IOException {
        List<String> lines;
        synchronized (this) {
            if (!unsaved) return;
            lines = linesBefore(endOffset);
            if (lines.equals(saved) || (saved == null && endOffset == 0)) return;
            unsaved = lines.size() < starts.size();
        }
        boolean written = false;
        try {
            CheckpointFile.write(disk, file, lines);
            written = true;
        } finally {
            synchronized (this) {
                if (written) saved = lines;
                else unsaved = true;
            }
        }
    }

    private List<String> linesBefore(long endOffset) {
        var lines = new ArrayList<String>(starts.size());
        for (var start : startsBefore(endOffset)) lines.add(start.epoch() + " " + start.offset());
        return lines;
    }

    /// Notes that `epoch` starts at `offset`, unless it or a later one is known. Entries at or after the offset with
    /// smaller epochs had no records and go.
    public synchronized void start(int epoch, long offset) {
        if (epoch < 0 || (!starts.isEmpty() && starts.lastKey() >= epoch)) return;
        while (!starts.isEmpty() && starts.lastEntry().getValue() >= offset) starts.pollLastEntry();
        starts.put(epoch, offset);
        unsaved = true;
    }

    synchronized OptionalInt latest() {
        return starts.isEmpty() ? OptionalInt.empty() : OptionalInt.of(starts.lastKey());
    }

    /// The epoch whose range holds the offset.
    public synchronized OptionalInt at(long offset) {
        var found = OptionalInt.empty();
        for (var entry : starts.entrySet()) {
            if (entry.getValue() > offset) break;
            found = OptionalInt.of(entry.getKey());
        }
        return found;
    }

    /// First offset of the epochs from `epoch` on; empty when none of them has begun.
    synchronized OptionalLong startFrom(int epoch) {
        Map.Entry<Integer, Long> found = starts.ceilingEntry(epoch);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.getValue());
    }

    synchronized EpochEndOffset endOffsetOf(int epoch, long logEndOffset) {
        if (epoch < 0 || starts.isEmpty() || epoch > starts.lastKey()) return EpochEndOffset.UNDEFINED;
        if (epoch == starts.lastKey()) return new EpochEndOffset(epoch, logEndOffset);
        Map.Entry<Integer, Long> after = starts.higherEntry(epoch);
        var floor = starts.floorKey(epoch);
        // an epoch before the first one known ends where that one starts
        return new EpochEndOffset(floor == null ? epoch : floor, after.getValue());
    }

    /// Forgets epochs that start at or after `offset`.
    public synchronized void cutAfter(long offset) {
        while (!starts.isEmpty() && starts.lastEntry().getValue() >= offset) {
            starts.pollLastEntry();
            unsaved = true;
        }
    }

    /// The log starts at `offset` now: the epoch that holds it starts there too.
    public synchronized void cutBefore(long offset) {
        Optional<Map.Entry<Integer, Long>> last = Optional.empty();
        while (!starts.isEmpty() && starts.firstEntry().getValue() < offset) {
            last = Optional.of(starts.pollFirstEntry());
            unsaved = true;
        }
        if (last.isEmpty()) return;
        if (!starts.isEmpty() && starts.firstEntry().getValue() == offset) return;
        starts.put(last.get().getKey(), offset);
    }

    public synchronized void clear() {
        starts.clear();
        unsaved = true;
    }
}
