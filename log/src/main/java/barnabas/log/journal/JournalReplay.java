package barnabas.log.journal;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.log.journal.JournalFormat.FileHeader;
import barnabas.log.journal.JournalFormat.GroupHeader;
import barnabas.log.journal.JournalFormat.Salt;
import barnabas.protocol.Uuid;
import barnabas.protocol.records.BatchCursor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Contents of a journal after its process or its machine went down. Used once, before any log of the directory is
/// opened: every partition takes [#batchesFrom] where its own file ends, is forced, and [#finish] deletes the rest.
///
/// Numbers of groups count up by one from the number in the oldest file's header. A torn group at the end was never
/// acknowledged and ends the replay. A damaged group that others follow, proven by the file's salt, is something no
/// crash leaves behind: it is left out and named in [#problems]; the partitions find out by their offsets whether they
/// miss something.
public final class JournalReplay implements Closeable {
    private static final int SMALLEST_BATCH_BYTES = 61;

    private record Key(Uuid topicId, int partition) {}

    private final Disk disk;
    private final List<DiskFile> files;
    private final List<Path> paths;
    private final Map<Key, ReplayRanges> ranges = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    /// The files that hold something, the older one first.
    private final List<Integer> order = new ArrayList<>();
    /// Number that the next group must have; 0 before the first file.
    private long nextNumber;
    private long groups;
    /// End of the last group in the file that was read last.
    private long endOfGroups;

    /// Takes one batch.
    @FunctionalInterface
    public interface Sink {
        /// @param file that holds the batch
        /// @param position of the batch in `file`
        void accept(ByteBuffer batch, Path file, long position) throws IOException;
    }

    /// A journal of a format that this version cannot read.
    public static final class NewerFormat extends IOException {
        private static final long serialVersionUID = 1;

        NewerFormat(Path file, int version) {
            super(file + " was written by a newer format: version " + version);
        }
    }

    /// A journal with records in a format that clients could forge.
    public static final class OlderFormat extends IOException {
        private static final long serialVersionUID = 1;

        OlderFormat(Path file, int version) {
            super(file + " holds records in journal format " + version + ", which this version does not replay: start"
                    + " the version that wrote it and stop it in order, which empties the journal");
        }
    }

    private JournalReplay(Disk disk, List<Path> paths, List<DiskFile> files) {
        this.disk = disk;
        this.paths = paths;
        this.files = files;
    }

    /// Reads the journal of a directory, if there is one.
    public static JournalReplay read(Disk disk, Path directory) throws IOException {
        var paths = JournalFiles.both(directory).stream().filter(disk::exists).toList();
        var files = new ArrayList<DiskFile>();
        for (var path : paths) files.add(disk.openExisting(path));
        var replay = new JournalReplay(disk, paths, List.copyOf(files));
        replay.readAll();
        return replay;
    }

    private void readAll() throws IOException {
        var headers = new ArrayList<FileHeader>();
        for (int i = 0; i < files.size(); i++) headers.add(headerOf(i));
        for (int i = 0; i < files.size(); i++) if (headers.get(i).inUse()) order.add(i);
        order.sort((a, b) ->
                Long.compare(headers.get(a).generation(), headers.get(b).generation()));
        for (int i = 0; i < order.size(); i++) {
            var header = headers.get(order.get(i));
            if (i > 0 && header.firstNumber() != nextNumber)
                problems.add(missing(paths.get(order.get(i - 1)), endOfGroups, header.firstNumber()));
            nextNumber = header.firstNumber();
            readGroups(order.get(i), header.salt());
        }
    }

    private FileHeader headerOf(int file) throws IOException {
        var header = JournalFile.headerIn(files.get(file));
        // the machine stopped while the file was being given its next generation: the one before was settled
        if (header == null) return FileHeader.NONE;
        if (header.version() > JournalFormat.VERSION) throw new NewerFormat(paths.get(file), header.version());
        if (header.version() < JournalFormat.VERSION && header.inUse())
            throw new OlderFormat(paths.get(file), header.version());
        return header;
    }

    private void readGroups(int index, Salt salt) throws IOException {
        var file = files.get(index);
        long size = file.sizeBytes();
        long position = JournalFormat.PAGE_BYTES;
        endOfGroups = position;
        while (position + JournalFormat.GROUP_HEADER_BYTES <= size) {
            var group = groupAt(file, position, size, salt);
            var header = group == null ? null : JournalFormat.groupHeader(group, salt);
            if (group == null || header == null || header.number() < nextNumber) {
                position += JournalFormat.PAGE_BYTES;
                continue;
            }
            if (header.number() != nextNumber) problems.add(missing(paths.get(index), endOfGroups, header.number()));
            nextNumber = header.number() + 1;
            groups++;
            take(index, position, group, header);
            position += JournalFormat.aligned(JournalFormat.GROUP_HEADER_BYTES + (long) header.entryBytes());
            endOfGroups = position;
        }
    }

    private String missing(Path file, long position, long number) {
        return file + " is damaged at byte " + position + ": groups " + nextNumber + " to " + (number - 1)
                + " are missing";
    }

    private static @Nullable ByteBuffer groupAt(DiskFile file, long position, long size, Salt salt) throws IOException {
        var start = ByteBuffer.allocate(JournalFormat.GROUP_HEADER_BYTES);
        file.read(start, position);
        var header = JournalFormat.groupHeader(start.flip(), salt);
        if (header == null) return null;
        long bytes = JournalFormat.GROUP_HEADER_BYTES + (long) header.entryBytes();
        if (header.entryBytes() < 0 || header.entries() < 0 || bytes > size - position) return null;
        var group = ByteBuffer.allocate((int) bytes);
        file.read(group, position);
        group.flip();
        return group.limit() == bytes && JournalFormat.isWhole(group, header) ? group : null;
    }

    private void take(int file, long position, ByteBuffer group, GroupHeader header) throws IOException {
        group.position(JournalFormat.GROUP_HEADER_BYTES);
        for (int i = 0; i < header.entries(); i++) {
            if (group.remaining() < JournalFormat.ENTRY_HEADER_BYTES) throw unreadable(file, position);
            byte kind = group.get();
            var key = new Key(new Uuid(group.getLong(), group.getLong()), group.getInt());
            int length = group.getInt();
            if (length < 0 || length > group.remaining()) throw unreadable(file, position);
            int at = group.position();
            switch (kind) {
                case JournalFormat.BATCHES -> {
                    var batches = group.slice(at, length);
                    if (length < SMALLEST_BATCH_BYTES) throw unreadable(file, position);
                    ranges.computeIfAbsent(key, _ -> new ReplayRanges())
                            .add(batches.getLong(0), nextOffset(batches), file, position + at, length);
                }
                case JournalFormat.TRUNCATION -> {
                    var known = ranges.get(key);
                    if (known != null && length == Long.BYTES) known.cut(group.getLong(at));
                }
                default -> throw unreadable(file, position);
            }
            group.position(at + length);
        }
    }

    private IOException unreadable(int file, long position) {
        return new IOException("the group at byte " + position + " of " + paths.get(file) + " cannot be understood");
    }

    private static long nextOffset(ByteBuffer batches) {
        long next = 0;
        for (var cursor = new BatchCursor(batches); cursor.next(); )
            next = cursor.batch().nextOffset();
        return next;
    }

    /// True when nothing is to be replayed.
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /// Damage that no crash explains, one line each.
    public List<String> problems() {
        return List.copyOf(problems);
    }

    public long groups() {
        return groups;
    }

    /// Topics that the journal has records of.
    public Set<Uuid> topicIds() {
        var ids = new HashSet<Uuid>();
        for (var key : ranges.keySet()) ids.add(key.topicId());
        return ids;
    }

    public boolean mentions(Uuid topicId, int partition) {
        return of(topicId, partition) != null;
    }

    private @Nullable ReplayRanges of(Uuid topicId, int partition) {
        var found = ranges.get(new Key(topicId, partition));
        return found == null || found.count() == 0 ? null : found;
    }

    /// The offset after the last record that the journal has of a partition, -1 when it has none.
    public long endOffset(Uuid topicId, int partition) {
        var found = of(topicId, partition);
        return found == null ? -1 : found.next(found.count() - 1);
    }

    /// True when the journal holds all of the partition's records from `offset` on, so that nothing above it is needed
    /// in the partition's own file.
    ///
    /// @param recoveryPoint of the log: records below it may have come there without the journal
    public boolean covers(Uuid topicId, int partition, long offset, long recoveryPoint) {
        var found = of(topicId, partition);
        return found != null && found.covers(offset) && recoveryPoint <= endOffset(topicId, partition);
    }

    /// Hands over the batches from the one that holds `offset` on, as long as they follow one another.
    ///
    /// @return the next offset that the journal has behind a hole; -1 when there is none
    public long batchesFrom(Uuid topicId, int partition, long offset, Sink sink) throws IOException {
        var found = of(topicId, partition);
        if (found == null) return -1;
        int from = found.firstEndingAfter(offset);
        if (from == found.count()) return -1;
        if (found.base(from) > offset) return found.base(from);
        int last = found.holeAfter(from);
        for (int i = from; i <= last; i++) deliver(found, i, offset, sink);
        return last + 1 < found.count() ? found.base(last + 1) : -1;
    }

    /// Hands over all batches of a partition, whatever holes there are between them.
    public void batchesOf(Uuid topicId, int partition, Sink sink) throws IOException {
        var found = of(topicId, partition);
        if (found == null) return;
        for (int i = 0; i < found.count(); i++) deliver(found, i, found.base(i), sink);
    }

    private void deliver(ReplayRanges found, int index, long from, Sink sink) throws IOException {
        var bytes = ByteBuffer.allocate(found.bytes(index));
        files.get(found.file(index)).read(bytes, found.position(index));
        Path path = paths.get(found.file(index));
        deliver(bytes.flip(), from, found.next(index), path, found.position(index), sink);
    }

    /// Only the batches of the entry that lie between the offsets.
    private static void deliver(ByteBuffer entry, long from, long to, Path file, long position, Sink sink)
            throws IOException {
        for (var cursor = new BatchCursor(entry); cursor.next(); ) {
            var batch = cursor.batch();
            if (batch.nextOffset() <= from || batch.baseOffset() >= to) continue;
            sink.accept(entry.slice(batch.start(), batch.sizeBytes()), file, position + batch.start());
        }
    }

    /// Every partition is on disk: what the journal holds is not to be replayed again.
    public void finish() throws IOException {
        close();
        // the older one first: what it has may be taken back in the younger one
        for (int index : order) {
            var file = new JournalFile(disk, paths.get(index));
            try {
                file.reset();
            } finally {
                file.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (var file : files) file.close();
    }
}
