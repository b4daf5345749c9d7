package barnabas.log.producers;

import barnabas.log.file.LogFiles;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.Segments;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;

/// The producer snapshots of a partition: one for the start of each segment, as in Kafka, and one newest wherever it
/// was taken. Safe for threads: a truncation works on them beside the partition's lock, and keeps all others away that
/// write or remove one.
public final class ProducerSnapshots {
    private final LogPlace place;
    private final ConcurrentSkipListSet<Long> offsets = new ConcurrentSkipListSet<>();
    private final ConcurrentSkipListSet<Long> unforced = new ConcurrentSkipListSet<>();

    record Found(long offset, List<ProducerEntry> producers) {}

    public ProducerSnapshots(LogPlace place) {
        this.place = place;
    }

    /// One that was found on disk.
    ///
    /// @param forced it is known to be on stable storage
    public void add(long offset, boolean forced) {
        offsets.add(offset);
        if (!forced) unforced.add(offset);
    }

    /// True when there is one for this offset and it is whole.
    boolean isSound(long offset) throws IOException {
        return offsets.contains(offset)
                && ProducerSnapshot.read(place.disk(), place.file(LogFiles.snapshot(offset)))
                        .isPresent();
    }

    public long latest() {
        return offsets.isEmpty() ? -1 : offsets.last();
    }

    public void write(long offset, ByteBuffer encoded) throws IOException {
        try (var file = place.disk().open(place.file(LogFiles.snapshot(offset)))) {
            file.write(encoded, 0);
            file.truncate(encoded.limit());
        }
        offsets.add(offset);
        unforced.add(offset);
    }

    /// Writes one that has its name only when it is on stable storage.
    void replaceForced(long offset, ByteBuffer encoded) throws IOException {
        var target = place.file(LogFiles.snapshot(offset));
        var unnamed = LogFiles.unfinished(target);
        try (var file = place.disk().open(unnamed)) {
            file.write(encoded, 0);
            file.truncate(encoded.limit());
            file.force();
        }
        place.disk().rename(unnamed, target);
        offsets.add(offset);
        unforced.remove(offset);
    }

    /// The newest readable one that is not above `offsetMax`; damaged ones on the way are removed.
    Optional<Found> newest(long offsetMax) throws IOException {
        while (true) {
            var offset = offsets.floor(offsetMax);
            if (offset == null) return Optional.empty();
            var producers = ProducerSnapshot.read(place.disk(), place.file(LogFiles.snapshot(offset)));
            if (producers.isPresent()) return Optional.of(new Found(offset, producers.get()));
            remove(offset);
        }
    }

    public List<Long> all() {
        return List.copyOf(offsets);
    }

    /// Offsets of the snapshots that are not above `offset`, the newest first.
    public List<Long> upTo(long offset) {
        return List.copyOf(offsets.headSet(offset, true).descendingSet());
    }

    public void removeAbove(long offset) throws IOException {
        for (long above : List.copyOf(offsets.tailSet(offset, false))) remove(above);
    }

    /// Forgets those below `offset`.
    ///
    /// @return their files, for the caller to delete
    public List<Path> forgetBelow(long offset) {
        var files = new ArrayList<Path>();
        for (long below : List.copyOf(offsets.headSet(offset, false))) {
            files.add(place.file(LogFiles.snapshot(below)));
            offsets.remove(below);
            unforced.remove(below);
        }
        return files;
    }

    /// Removes those that neither start a segment nor are the newest.
    public void removeStray(Segments segments) throws IOException {
        for (long offset : List.copyOf(offsets)) {
            int index = segments.indexOf(offset);
            boolean startsSegment = index >= 0 && segments.at(index).baseOffset() == offset;
            if (!startsSegment && offset != offsets.last()) remove(offset);
        }
    }

    public void removeAll() throws IOException {
        removeAbove(-1);
    }

    private void remove(long offset) throws IOException {
        place.disk().delete(place.file(LogFiles.snapshot(offset)));
        offsets.remove(offset);
        unforced.remove(offset);
    }

    /// Those that a flush has to force, which from now on counts as done; see [#forceAgain].
    public List<Path> takeUnforced() {
        var files = new ArrayList<Path>();
        for (Long offset = unforced.pollFirst(); offset != null; offset = unforced.pollFirst())
            files.add(place.file(LogFiles.snapshot(offset)));
        return files;
    }

    /// The flush that took these did not come so far.
    public void forceAgain(List<Path> files) {
        for (var file : files) {
            var offset = LogFiles.offsetIn(String.valueOf(file.getFileName()), LogFiles.SNAPSHOT);
            if (offset.isPresent() && offsets.contains(offset.getAsLong())) unforced.add(offset.getAsLong());
        }
    }
}
