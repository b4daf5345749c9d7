package barnabas.quorum;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.metadata.log.SnapshotId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedRecords;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/// The snapshot files beside the log, as the Raft engine reads and writes them. A file has its name only when it is
/// whole and on disk.
///
/// Guarded by the lock of [RaftSegmentLog], but for the writers, which have one owner each.
final class RaftSnapshots {
    private static final String PART_SUFFIX = ".part";

    /// Ways to take a step that can fail for a shortage.
    @FunctionalInterface
    interface Effort {
        <T> T take(LogSpace.Step<T> step) throws IOException;

        default void make(LogSpace.Change change) throws IOException {
            boolean _ = take(change.asStep());
        }
    }

    private final Disk disk;
    private final Path directory;
    private final TreeSet<OffsetAndEpoch> ids = new TreeSet<>();
    private int writers;

    /// @param newestReadable later ones are damaged and do not count
    RaftSnapshots(Disk disk, Path directory, Optional<SnapshotId> newestReadable) throws IOException {
        this.disk = disk;
        this.directory = directory;
        for (Path each : disk.list(directory)) {
            SnapshotId.ofFileName(each.getFileName().toString())
                    .map(RaftSnapshots::raft)
                    .ifPresent(ids::add);
        }
        newestReadable.ifPresent(newest -> ids.tailSet(raft(newest), false).clear());
    }

    static OffsetAndEpoch raft(SnapshotId id) {
        return new OffsetAndEpoch(id.endOffset(), id.epoch());
    }

    NavigableSet<OffsetAndEpoch> ids() {
        return ids;
    }

    private Path path(OffsetAndEpoch id) {
        return directory.resolve(new SnapshotId(id.offset(), id.epoch()).fileName());
    }

    /// @param effort of the thread that reads
    Optional<RawSnapshotReader> reader(OffsetAndEpoch id, Effort effort) {
        return ids.contains(id) ? Optional.of(new Reader(id, path(id), effort)) : Optional.empty();
    }

    RawSnapshotWriter writer(OffsetAndEpoch id, Effort effort) throws IOException {
        Path target = path(id);
        Path part = target.resolveSibling(target.getFileName() + "." + writers++ + PART_SUFFIX);
        return new Writer(id, target, part, effort);
    }

    /// Deletes those before `first`.
    void deleteBefore(OffsetAndEpoch first) throws IOException {
        for (var id = ids.first(); id.compareTo(first) < 0; id = ids.first()) {
            disk.delete(path(id));
            ids.remove(id);
        }
    }

    private final class Reader implements RawSnapshotReader {
        private final OffsetAndEpoch id;
        private final Path path;
        private final Effort effort;

        Reader(OffsetAndEpoch id, Path path, Effort effort) {
            this.id = id;
            this.path = path;
            this.effort = effort;
        }

        @Override
        public OffsetAndEpoch snapshotId() {
            return id;
        }

        @Override
        public long sizeInBytes() {
            try {
                return effort.take(() -> disk.sizeBytes(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public UnalignedRecords slice(long position, int bytes) {
            return new UnalignedMemoryRecords(read(position, bytes));
        }

        @Override
        public Records records() {
            return MemoryRecords.readableRecords(read(0, Math.toIntExact(sizeInBytes())));
        }

        private ByteBuffer read(long position, int bytes) {
            try {
                return effort.take(() -> readOnce(position, bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private ByteBuffer readOnce(long position, int bytes) throws IOException {
            try (DiskFile file = disk.openReadOnly(path)) {
                var target = ByteBuffer.allocate(Math.clamp(file.sizeBytes() - position, 0, bytes));
                file.read(target, position);
                return target.flip();
            }
        }
    }

    private final class Writer implements RawSnapshotWriter {
        private final OffsetAndEpoch id;
        private final Path target;
        private final Path part;
        private final Effort effort;
        private final DiskFile file;
        private long size;
        private boolean frozen;
        private boolean closed;

        Writer(OffsetAndEpoch id, Path target, Path part, Effort effort) throws IOException {
            this.effort = effort;
            this.id = id;
            this.target = target;
            this.part = part;
            disk.delete(part);
            this.file = disk.open(part);
        }

        @Override
        public OffsetAndEpoch snapshotId() {
            return id;
        }

        @Override
        public long sizeInBytes() {
            return size;
        }

        @Override
        public void append(MemoryRecords records) {
            append(records.buffer());
        }

        @Override
        public void append(UnalignedMemoryRecords records) {
            append(records.buffer());
        }

        private void append(ByteBuffer bytes) {
            if (frozen) throw new IllegalStateException(target + " is complete");
            var source = bytes.duplicate();
            int length = source.remaining();
            try {
                effort.make(() -> file.write(source.duplicate(), size));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            size += length;
        }

        @Override
        public boolean isFrozen() {
            return frozen;
        }

        @Override
        public void freeze() {
            try {
                file.force();
                file.close();
                closed = true;
                effort.make(() -> disk.rename(part, target));
                effort.make(() -> disk.forceDirectory(directory));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            frozen = true;
        }

        @Override
        public void close() {
            if (closed && frozen) return;
            try {
                if (!closed) file.close();
                closed = true;
                if (!frozen) disk.delete(part);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
