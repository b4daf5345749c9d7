package barnabas.log.producers;

import barnabas.log.AbortedTransaction;
import barnabas.log.file.LogFiles;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.log.segment.StoredBatches;
import barnabas.log.segment.TransactionIndex;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.ControlRecord.EndTransaction;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.util.List;

/// Brings the producers of a log up to an offset: from the newest snapshot, and the headers of the batches after it. A
/// batch with a wrong CRC is noted and counts all the same, since most of its bits do not concern producers; it begins
/// no transaction.
public record ProducerReplay(LogPlace place, ProducerSnapshots snapshots, Producers producers) {
    private static final int WINDOW_BYTES = 64 * 1024;

    /// Starts over from what the disk has.
    ///
    /// @param segments whose valid parts end at `endOffset`
    /// @param highWatermark ends of transactions from here on must be seen, because they still hold back the last
    ///     stable offset
    /// @param forcedBelow every later start takes indexes and snapshots below for forced: entries that are added
    ///     here are on disk before the next snapshot, and a snapshot before it has its name
    public void load(Segments segments, long endOffset, long highWatermark, long forcedBelow) throws IOException {
        producers.startOver(endOffset);
        replay(segments, endOffset, highWatermark, forcedBelow);
        producers.known();
    }

    private void replay(Segments segments, long endOffset, long highWatermark, long forcedBelow) throws IOException {
        long now = place.environment().clock().millis();
        long from = segments.first().baseOffset();
        // what is left of the log starts below the true high watermark, and with a snapshot of what was before
        var newest = snapshots.newest(Math.min(endOffset, Math.max(from, highWatermark)));
        if (newest.isPresent()) {
            for (var entry : newest.get().producers()) producers.restore(entry, now);
            from = Math.max(from, newest.get().offset());
        }
        for (int i = Math.max(0, segments.indexOf(from)); i < segments.count() && from < endOffset; i++) {
            long base = segments.at(i).baseOffset();
            // retention relies on one for each segment: without it the producers before it would be forgotten
            if (base > from && !snapshots.isSound(base)) {
                var encoded = ProducerSnapshot.encode(producers.entries());
                if (base < forcedBelow) snapshots.replaceForced(base, encoded);
                else snapshots.write(base, encoded);
            }
            replay(segments.at(i), from, endOffset, now, ProducerReplay::addIfMissing);
            if (base < forcedBelow && segments.at(i).aborted().hasTail()) {
                segments.at(i).aborted().flush();
                place.disk().forceDirectory(place.directory());
            }
        }
    }

    /// The producers as they were at an offset inside the log. Writes nothing, and needs no lock: a snapshot that goes
    /// away meanwhile only makes it read more.
    ///
    /// @param snapshotOffsets of those not above `offset`, the newest first
    public static Producers at(LogPlace place, Segments segments, List<Long> snapshotOffsets, long offset)
            throws IOException {
        var producers = new Producers(place.partition(), new OpenTransactions());
        var replay = new ProducerReplay(place, new ProducerSnapshots(place), producers);
        long now = place.environment().clock().millis();
        long from = segments.first().baseOffset();
        for (long snapshot : snapshotOffsets) {
            var entries = ProducerSnapshot.read(place.disk(), place.file(LogFiles.snapshot(snapshot)));
            if (entries.isEmpty()) continue;
            for (var entry : entries.get()) producers.restore(entry, now);
            from = Math.max(from, snapshot);
            break;
        }
        for (int i = Math.max(0, segments.indexOf(from)); i < segments.count(); i++) {
            if (segments.at(i).baseOffset() >= offset) break;
            replay.replay(segments.at(i), from, offset, now, (_, _) -> {});
        }
        return producers;
    }

    /// Action on a transaction that a marker on the way aborts.
    private interface Aborted {
        void found(TransactionIndex index, AbortedTransaction transaction) throws IOException;
    }

    private void replay(Segment segment, long from, long endOffset, long now, Aborted aborted) throws IOException {
        long size = segment.sizeBytes();
        if (size == 0) return;
        var file = segment.log().acquire();
        try {
            var start = segment.positionOf(file, from, size);
            if (start.isEmpty()) return;
            var batches = new StoredBatches(file, start.getAsInt(), size, segment.baseOffset(), WINDOW_BYTES);
            while (batches.nextIn(segment)) {
                var header = batches.header();
                if (header.nextOffset() > endOffset) return;
                if (header.baseOffset() < from || !header.hasProducerId()) continue;
                boolean sound = batches.crcMatches();
                if (!sound) producers.met(damaged(segment, batches));
                if (!batches.header().isControl()) {
                    if (sound) producers.appended(batches.header(), now);
                    else producers.found(batches.header(), now);
                } else if (sound || batches.header().sizeBytes() <= WINDOW_BYTES)
                    replayControl(segment, batches.whole(), sound, now, aborted);
            }
        } finally {
            segment.log().release();
        }
    }

    private static DamagedBatch damaged(Segment segment, StoredBatches batches) {
        return new DamagedBatch(
                segment.log().path(), batches.position(), batches.header().baseOffset());
    }

    private void replayControl(Segment segment, RecordBatch batch, boolean sound, long now, Aborted aborted)
            throws IOException {
        try {
            if (ControlRecord.in(batch) instanceof EndTransaction marker) {
                var transaction = producers.ended(batch, marker, now);
                if (transaction.isPresent()) aborted.found(segment.aborted(), transaction.get());
            }
        } catch (InvalidRecordsException unreadable) {
            if (sound) throw new IOException("unreadable control batch at offset " + batch.baseOffset(), unreadable);
        }
    }

    private static void addIfMissing(TransactionIndex index, AbortedTransaction aborted) throws IOException {
        int entries = index.entries();
        if (entries == 0 || index.at(entries - 1).lastOffset() < aborted.lastOffset()) index.add(aborted);
    }
}
