package barnabas.log.producers;

import barnabas.base.Mutex;
import barnabas.log.file.LogFiles;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.Segments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;

/// The producer snapshots of a partition: one for the start of each segment, as in Kafka, and one newest wherever it
/// was taken.
///
/// ```
/// take            in memory, under the partition's lock       a crash leaves: the one before, from which the next
///                                                             start builds this one
/// writeWaiting    in a file, without that lock                the same, when the file is not whole
/// forced          on stable storage                           this one
/// ```
///
/// Retention removes no segment that a snapshot which is not yet forced would be built from: see [#isSettled].
///
/// Safe for threads. Files are written and removed under a lock of their own. A truncation keeps all others away that
/// take one.
public final class ProducerSnapshots {
    /// Number of snapshots in memory at most: a roll beyond that writes those that wait, so that a slow disk slows
    /// appends down and does not fill the memory.
    static final int WAITING_MAX = 2;

    private final LogPlace place;
    /// Held while a file is written or removed. Under the partition's lock it is taken only by a roll that finds
    /// [#WAITING_MAX] waiting.
    private final Mutex files = new Mutex();
    private final ConcurrentSkipListSet<Long> offsets = new ConcurrentSkipListSet<>();
    /// Offsets of files that were written and not forced since, with the number of the write.
    private final ConcurrentSkipListMap<Long, Long> unforced = new ConcurrentSkipListMap<>();
    /// Encoded snapshots that have no file yet.
    private final ConcurrentSkipListMap<Long, ByteBuffer> waiting = new ConcurrentSkipListMap<>();
    /// Owner: `files`.
    private long writes;
    /// True once the partition goes away.
    private volatile boolean abandoned;

    record Found(long offset, List<ProducerEntry> producers) {}

    /// A file to force, as of one write of it.
    public record Unforced(long offset, long write, Path file) {}

    public ProducerSnapshots(LogPlace place) {
        this.place = place;
    }

    /// One that was found on disk.
    ///
    /// @param forced it is known to be on stable storage
    public void add(long offset, boolean forced) {
        offsets.add(offset);
        if (!forced) unforced.put(offset, 0L);
    }

    /// True when there is one for this offset and it is whole.
    boolean isSound(long offset) throws IOException {
        return offsets.contains(offset)
                && ProducerSnapshot.read(place.disk(), place.file(LogFiles.snapshot(offset)))
                        .isPresent();
    }

    /// Offset of the newest one, written or not; -1 when there is none.
    public long latest() {
        long written = offsets.isEmpty() ? -1 : offsets.last();
        return waiting.isEmpty() ? written : Math.max(written, waiting.lastKey());
    }

    /// True when nothing that waits to be written or forced begins at this offset.
    public boolean isSettled(long offset) {
        return !waiting.containsKey(offset) && !unforced.containsKey(offset);
    }

    /// Keeps one in memory until [#writeWaiting]. With the partition's lock.
    public void take(long offset, ByteBuffer encoded) throws IOException {
        if (waiting.size() >= WAITING_MAX) writeWaiting();
        waiting.put(offset, encoded);
    }

    /// Writes those in memory to their files.
    ///
    /// @return true when a file was created
    public boolean writeWaiting() throws IOException {
        boolean any = false;
        try (var _ = files.hold()) {
            if (abandoned) return false;
            for (var each = waiting.firstEntry(); each != null; each = waiting.higherEntry(each.getKey())) {
                long offset = each.getKey();
                // one that is on disk already stays whole until another takes its place
                if (offsets.contains(offset)) replaceForced(offset, each.getValue());
                else writeNew(offset, each.getValue());
                any = true;
                // retention has passed it meanwhile
                if (!waiting.remove(offset, each.getValue())) remove(offset);
            }
        }
        return any;
    }

    /// Writes one that is missing. The next flush forces it.
    void write(long offset, ByteBuffer encoded) throws IOException {
        try (var _ = files.hold()) {
            waiting.remove(offset);
            writeNew(offset, encoded);
        }
    }

    private void writeNew(long offset, ByteBuffer encoded) throws IOException {
        var path = place.file(LogFiles.snapshot(offset));
        try (var file = place.disk().open(path)) {
            file.write(encoded.duplicate(), 0);
            file.truncate(encoded.limit());
        } catch (IOException failed) {
            discard(path, failed);
            throw failed;
        }
        unforced.put(offset, ++writes);
        offsets.add(offset);
    }

    /// Removes part of a file, which would take space for nothing.
    private void discard(Path path, IOException cause) {
        try {
            place.disk().delete(path);
        } catch (IOException later) {
            cause.addSuppressed(later);
        }
    }

    /// Writes one that has its name only when it is on stable storage.
    void replaceForced(long offset, ByteBuffer encoded) throws IOException {
        try (var _ = files.hold()) {
            var target = place.file(LogFiles.snapshot(offset));
            var unnamed = LogFiles.unfinished(target);
            try (var file = place.disk().open(unnamed)) {
                file.write(encoded.duplicate(), 0);
                file.truncate(encoded.limit());
                file.force();
            }
            place.disk().rename(unnamed, target);
            offsets.add(offset);
            unforced.remove(offset);
        }
    }

    /// The newest readable one on disk that is not above `offsetMax`; damaged ones on the way are removed.
    Optional<Found> newest(long offsetMax) throws IOException {
        try (var _ = files.hold()) {
            while (true) {
                var offset = offsets.floor(offsetMax);
                if (offset == null) return Optional.empty();
                var producers = ProducerSnapshot.read(place.disk(), place.file(LogFiles.snapshot(offset)));
                if (producers.isPresent()) return Optional.of(new Found(offset, producers.get()));
                remove(offset);
            }
        }
    }

    /// Offsets of those that have a file.
    public List<Long> all() {
        return List.copyOf(offsets);
    }

    /// Offsets of the files that are not above `offset`, the newest first.
    public List<Long> upTo(long offset) {
        return List.copyOf(offsets.headSet(offset, true).descendingSet());
    }

    public void removeAbove(long offset) throws IOException {
        try (var _ = files.hold()) {
            waiting.tailMap(offset, false).clear();
            for (long above : List.copyOf(offsets.tailSet(offset, false))) remove(above);
        }
    }

    /// Forgets those below `offset`. With the partition's lock; waits for no disk.
    ///
    /// @return their files, for the caller to delete
    public List<Path> forgetBelow(long offset) {
        // before the files: one that is being written now is found there, or its writer finds it gone
        waiting.headMap(offset, false).clear();
        var below = new ArrayList<Path>();
        for (long each : List.copyOf(offsets.headSet(offset, false))) {
            below.add(place.file(LogFiles.snapshot(each)));
            offsets.remove(each);
            unforced.remove(each);
        }
        return below;
    }

    /// Removes files that neither start a segment nor are the newest.
    ///
    /// @param segments of the log as they are when it is called
    public void removeStray(Supplier<Segments> segments) throws IOException {
        try (var _ = files.hold()) {
            var all = List.copyOf(offsets);
            if (all.isEmpty()) return;
            // the list of segments is read last: it holds every segment that one of these but the newest starts
            var now = segments.get();
            for (long offset : all.subList(0, all.size() - 1)) {
                int index = now.indexOf(offset);
                if (index < 0 || now.at(index).baseOffset() != offset) remove(offset);
            }
        }
    }

    public void removeAll() throws IOException {
        removeAbove(-1);
    }

    /// Writes nothing from now on: the partition goes away, and another one may get the name of its directory.
    public void abandon() {
        abandoned = true;
        // waits for a write under way
        try (var _ = files.hold()) {
            waiting.clear();
        }
    }

    private void remove(long offset) throws IOException {
        place.disk().delete(place.file(LogFiles.snapshot(offset)));
        offsets.remove(offset);
        unforced.remove(offset);
    }

    /// Files that a flush has to force, and then report as [#forced].
    public List<Unforced> unforced() {
        var found = new ArrayList<Unforced>();
        for (var each = unforced.firstEntry(); each != null; each = unforced.higherEntry(each.getKey()))
            found.add(new Unforced(each.getKey(), each.getValue(), place.file(LogFiles.snapshot(each.getKey()))));
        return found;
    }

    /// The file is on stable storage as of that write.
    public void forced(Unforced file) {
        unforced.remove(file.offset(), file.write());
    }
}
