package barnabas.log.recovery;

import barnabas.log.LogDamage;
import barnabas.log.file.LogFiles;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.StoredBatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Reads all batches of a log that is not open and returns the first damage. Changes nothing.
///
/// @param recoveryPoint segments before it may have gaps between them, as compaction elsewhere leaves them; a log that
///     ends before it is damaged
/// @param closedCleanly a torn end is damage too
public record DamageSearch(LogPlace place, long recoveryPoint, boolean closedCleanly) {
    private static final int WINDOW_BYTES = 64 * 1024;

    private record LogFile(long base, long bytes) {}

    /// Readable part of a file.
    ///
    /// @param position of the first byte that belongs to no valid batch, the file's size when there is none
    private record Extent(long position, long endOffset, String problem) {}

    public Optional<LogDamage> first() throws IOException {
        var gap = JournalRecovery.gapIn(place);
        if (gap.isPresent() && gap.get() instanceof LogOpening.Damaged found)
            return Optional.of(new LogDamage(
                    found.partition(),
                    found.file(),
                    found.position(),
                    found.offset(),
                    found.offset(),
                    0,
                    found.reason()));
        var files = files();
        long end = files.isEmpty() ? 0 : files.getFirst().base();
        for (int i = 0; i < files.size(); i++) {
            var file = files.get(i);
            if (LogLoader.isHole(end, file.base(), recoveryPoint))
                return Optional.of(
                        damage(files.subList(i, files.size()), 0, end, LogLoader.holeBefore(file.base(), end)));
            var extent = read(file);
            if (extent.position() < file.bytes()) {
                var behind = files.subList(i + 1, files.size());
                boolean last = behind.stream().allMatch(later -> later.bytes() == 0);
                if (last && !closedCleanly && extent.endOffset() >= recoveryPoint) return Optional.empty();
                return Optional.of(damage(
                        files.subList(i, files.size()), extent.position(), extent.endOffset(), extent.problem()));
            }
            end = extent.endOffset();
        }
        if (files.isEmpty() || end >= recoveryPoint) return Optional.empty();
        var last = files.getLast();
        return Optional.of(damage(
                files.subList(files.size() - 1, files.size()),
                last.bytes(),
                end,
                "the log ends there, and everything below offset " + recoveryPoint + " was on disk"));
    }

    private List<LogFile> files() throws IOException {
        var sizes = new TreeMap<Long, Long>();
        for (var path : place.disk().list(place.directory())) {
            var base = LogFiles.offsetIn(String.valueOf(path.getFileName()), LogFiles.LOG);
            if (base.isPresent()) sizes.put(base.getAsLong(), place.disk().sizeBytes(path));
        }
        var files = new ArrayList<LogFile>();
        sizes.forEach((base, bytes) -> files.add(new LogFile(base, bytes)));
        return files;
    }

    private LogDamage damage(List<LogFile> from, long position, long firstOffset, String reason) throws IOException {
        long bytes = -position;
        long end = firstOffset;
        for (var file : from) bytes += file.bytes();
        // in the damaged file itself the start of the next batch is unknown
        for (var file : from.subList(position > 0 ? 1 : 0, from.size()))
            end = Math.max(end, read(file).endOffset());
        return new LogDamage(
                place.partition(),
                place.file(LogFiles.log(from.getFirst().base())),
                position,
                firstOffset,
                end,
                bytes,
                reason);
    }

    private Extent read(LogFile each) throws IOException {
        long end = each.base();
        if (each.bytes() == 0) return new Extent(0, end, "");
        try (var file = place.disk().openReadOnly(place.file(LogFiles.log(each.base())))) {
            var batches = new StoredBatches(file, 0, each.bytes(), each.base(), WINDOW_BYTES);
            while (batches.next()) {
                if (!batches.crcMatches()) return new Extent(batches.position(), end, "a wrong CRC");
                end = batches.header().nextOffset();
            }
            return new Extent(batches.position(), end, "no batch there");
        }
    }
}
