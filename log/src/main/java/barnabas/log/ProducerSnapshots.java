package barnabas.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The producer snapshots of a partition: one for the start of each segment, as in Kafka, and one newest wherever
/// it was taken. Owner: the
/// partition's lock.
final class ProducerSnapshots {
    private final LogPlace place;
    private final TreeSet<Long> offsets = new TreeSet<>();

    record Found(long offset, List<ProducerEntry> producers) {}

    ProducerSnapshots(LogPlace place) {
        this.place = place;
    }

    void add(long offset) {
        offsets.add(offset);
    }

    long latest() {
        return offsets.isEmpty() ? -1 : offsets.last();
    }

    void write(long offset, ByteBuffer encoded) throws IOException {
        try (var file = place.disk().open(place.file(LogFiles.snapshot(offset)))) {
            file.write(encoded, 0);
            file.truncate(encoded.limit());
        }
        offsets.add(offset);
    }

    /// The newest readable one that is not above `offsetMax`; damaged ones on the way are removed.
    Optional<Found> newest(long offsetMax) throws IOException {
        for (var offset = offsets.floor(offsetMax); offset != null; offset = offsets.lower(offset)) {
            var producers = ProducerSnapshot.read(place.disk(), place.file(LogFiles.snapshot(offset)));
            if (producers.isPresent()) return Optional.of(new Found(offset, producers.get()));
        }
        return Optional.empty();
    }

    void removeAbove(long offset) throws IOException {
        for (long above : List.copyOf(offsets.tailSet(offset, false))) remove(above);
    }

    void removeBelow(long offset) throws IOException {
        for (long below : List.copyOf(offsets.headSet(offset, false))) remove(below);
    }

    /// Removes those that neither start a segment nor are the newest.
    void removeStray(Segments segments) throws IOException {
        for (long offset : List.copyOf(offsets)) {
            int index = segments.indexOf(offset);
            boolean startsSegment = index >= 0 && segments.at(index).baseOffset() == offset;
            if (!startsSegment && offset != offsets.last()) remove(offset);
        }
    }

    void removeAll() throws IOException {
        removeAbove(-1);
    }

    private void remove(long offset) throws IOException {
        place.disk().delete(place.file(LogFiles.snapshot(offset)));
        offsets.remove(offset);
    }

    /// Forces the newest one.
    void flush() throws IOException {
        if (offsets.isEmpty()) return;
        try (var file = place.disk().open(place.file(LogFiles.snapshot(latest())))) {
            file.force();
        }
    }
}
