package barnabas.log.journal;

import barnabas.base.Check;
import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.base.ForceFailed;
import barnabas.log.journal.JournalFormat.FileHeader;
import barnabas.log.journal.JournalFormat.Salt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One of the journal's two files. Owner: the thread that commits.
final class JournalFile {
    private final Disk disk;
    private final Path path;
    private final DiskFile file;
    /// Written once, so that later writes change no metadata of the file and a force is a single write of the disk.
    private long allocatedBytes;
    private FileHeader header;
    /// A header was written that may not be there, or only in part: no group in the file counts until the next one.
    private boolean torn;
    private long end = JournalFormat.PAGE_BYTES;
    /// Held while logs are forced, which may wait: the background settles a file that is full.
    private final ReentrantLock settling = new ReentrantLock();

    /// Logs with records in here. Guarded by `settling`.
    private final Set<Journaled> logs = new HashSet<>();

    JournalFile(Disk disk, Path path) throws IOException {
        this.disk = disk;
        this.path = path;
        boolean isNew = !disk.exists(path);
        this.file = disk.open(path);
        try {
            this.allocatedBytes = file.sizeBytes() / JournalFormat.PAGE_BYTES * JournalFormat.PAGE_BYTES;
            var found = headerIn(file);
            // the machine stopped while the header was written: nothing old may come back under a new generation
            if (found == null) {
                file.truncate(0);
                allocatedBytes = 0;
            }
            this.header = found == null ? FileHeader.NONE : found;
            if (isNew && path.getParent() != null) disk.forceDirectory(path.getParent());
        } catch (IOException | RuntimeException | Error failed) {
            file.close();
            throw failed;
        }
    }

    /// Null when there is none that was written as a whole.
    static @Nullable FileHeader headerIn(DiskFile file) throws IOException {
        var page = ByteBuffer.allocate(JournalFormat.PAGE_BYTES);
        file.read(page, 0);
        return JournalFormat.fileHeader(page.flip());
    }

    Path path() {
        return path;
    }

    FileHeader header() {
        return header;
    }

    /// True when groups written now would be lost after a crash: the file has to be given its next generation first.
    boolean isTorn() {
        return torn;
    }

    boolean fits(long bytes, long fileBytesMax) {
        return end + JournalFormat.aligned(bytes) <= fileBytesMax;
    }

    /// Start a new generation in the file, whose old contents are not needed any more.
    ///
    /// @param salt never used before
    void reuse(long generation, Salt salt, long firstNumber) throws IOException {
        writeHeader(new FileHeader(JournalFormat.VERSION, generation, true, salt, firstNumber));
        end = JournalFormat.PAGE_BYTES;
    }

    /// Nothing in the file is to be replayed.
    void reset() throws IOException {
        if (torn || header.inUse()) writeHeader(header.outOfUse());
    }

    /// Empties a file that is settled and whose new header may have been written in part.
    void discard() throws IOException {
        file.truncate(0);
        allocatedBytes = 0;
        force();
        header = FileHeader.NONE;
        torn = false;
    }

    private void writeHeader(FileHeader changed) throws IOException {
        // also when the write is refused: its generation is never used a second time
        header = changed;
        torn = true;
        file.write(JournalFormat.encode(changed), 0);
        force();
        torn = false;
    }

    /// Writes a group and forces it.
    ///
    /// @param stepBytes by how much the file grows when it has to
    void write(ByteBuffer group, Set<Journaled> of, long stepBytes) throws IOException {
        Check.that(!torn, "a group is written under a header that may not be on disk");
        int length = group.remaining();
        if (end + length > allocatedBytes) allocate(end + length, stepBytes);
        settling.lock();
        try {
            logs.addAll(of);
        } finally {
            settling.unlock();
        }
        // again from the start when a shortage had refused it
        file.write(group.duplicate(), end);
        force();
        end += length;
    }

    private void force() throws IOException {
        try {
            file.force();
        } catch (IOException failed) {
            throw new ForceFailed(failed);
        }
    }

    private void allocate(long needed, long stepBytes) throws IOException {
        long target = Math.max(needed, allocatedBytes + stepBytes);
        var zeros = ByteBuffer.allocate((int) Math.min(stepBytes, 1 << 20));
        for (long at = Math.max(allocatedBytes, end); at < target; at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), target - at));
            file.write(zeros, at);
        }
        allocatedBytes = target;
    }

    /// Free the file: force its contents in the logs' own files. A second caller waits and finds nothing to do.
    void settle() throws IOException {
        settling.lock();
        try {
            for (var log : logs) log.force();
            logs.clear();
        } finally {
            settling.unlock();
        }
    }

    void close() throws IOException {
        file.close();
    }

    @Override
    public String toString() {
        return disk.exists(path) ? path.toString() : path + " (gone)";
    }
}
