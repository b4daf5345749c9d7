package barnabas.log.partition;

import barnabas.log.LogConfig;
import barnabas.log.journal.Journal;
import barnabas.log.journal.Journaled;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// End of the part of a log that is on stable storage, as its journal reports it. Owner: this object's monitor,
/// taken for memory work only, for the end; the log's lock for what is staged.
final class LogDurability implements Journaled {
    private final LogState log;
    private final LogFlush flush;
    private final Uuid topicId;

    private volatile long end;
    /// Counts truncations: a commit of what was cut since then says nothing.
    private int era;
    /// Everything above the recovery point is in the journal.
    private boolean gapless;
    private volatile @Nullable Runnable listener;
    /// A segment's file was missing when the journal wanted the log forced. Appends are refused until it is there.
    private volatile @Nullable NoSuchFileException missing;

    LogDurability(LogState log, LogFlush flush) {
        this.log = log;
        this.flush = flush;
        this.topicId = log.place().topicId().orElse(Uuid.ZERO);
        this.end = log.recoveryPoint();
    }

    void listen(Runnable changed) {
        listener = changed;
    }

    long end() {
        return log.config().flush().journaled() ? end : log.endOffset();
    }

    /// The journal for an append with this configuration; null when it takes none.
    @Nullable
    Journal journal(LogConfig used) throws IOException {
        if (!used.flush().journaled()) return null;
        var gone = missing;
        if (gone != null) findAgain(gone);
        return log.place().journal().opened();
    }

    /// Under the log's lock: with the next append everything is forced again. Until then nothing that was staged is
    /// durable.
    private void findAgain(NoSuchFileException gone) throws NoSuchFileException {
        if (!log.place().disk().exists(Path.of(gone.getFile()))) throw gone;
        gapless = false;
        synchronized (this) {
            era++;
            missing = null;
        }
    }

    /// Stage the appended batches for stable storage. Under the log's lock.
    void appended(@Nullable Journal journal, ByteBuffer batches, long base, long endOffset) {
        if (journal == null) {
            gapless = false;
            return;
        }
        boolean known = gapless || log.recoveryPoint() >= base;
        // a log without a topic id has no name in the journal: its own files are forced every time
        if (topicId.isZero()) known = false;
        journal.stage(this, batches, endOffset, era(), known);
        gapless = true;
    }

    private synchronized int era() {
        return era;
    }

    /// The log is being cut. Under its lock, before anything of it can be appended again.
    void cut(long endOffset) {
        synchronized (this) {
            era++;
            if (end > endOffset) end = endOffset;
        }
        var journal = log.place().journal().current();
        if (journal != null) journal.truncated(this, endOffset);
    }

    /// A flush outside the journal has moved the recovery point. The log's lock keeps truncations from coming between.
    void flushed() {
        log.lock.lock();
        try {
            flushed(log.recoveryPoint());
        } finally {
            log.lock.unlock();
        }
    }

    private synchronized void flushed(long offset) {
        if (offset > end) end = offset;
    }

    @Override
    public Uuid topicId() {
        return topicId;
    }

    @Override
    public int partition() {
        return log.place().partition().partition();
    }

    @Override
    public void durable(long endOffset, int stagedIn) {
        synchronized (this) {
            if (stagedIn != era || endOffset <= end || missing != null) return;
            end = endOffset;
        }
        tell();
    }

    @Override
    public void lost(IOException cause) {
        tell();
    }

    private void tell() {
        var told = listener;
        if (told != null) told.run();
    }

    /// Forces what is there. When a file is missing, nothing more of this log is durable until it is there again; the
    /// other logs of the journal are not concerned.
    @Override
    public void force() throws IOException {
        if (log.isDeleted()) return;
        try {
            flush.forceRecords();
        } catch (NoSuchFileException gone) {
            if (!log.isDeleted()) missing = gone;
        }
    }
}
