package barnabas.log.file;

import barnabas.base.DiskError;
import barnabas.base.DiskFile;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Whether a log directory can still be trusted. A failure of the disk is final: after a failed `fsync` it is not known
/// which writes are on disk, and trying again would hide that. Errors that pass (no space, no file descriptors, no
/// memory) or that belong to one file (its name, its absence) fail the operation alone: see [DiskError]. Thread-safe.
public final class DirectoryHealth {
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile @Nullable Runnable listener;
    private volatile boolean shortOfSpace;
    private volatile @Nullable LongConsumer forceTimes;

    /// Calls `noted` once the directory has failed, at once if it has already; on any thread, with locks held: only
    /// to take note.
    public void onFailure(Runnable noted) {
        listener = noted;
        if (failed()) noted.run();
    }

    /// Gives the time of each force of a segment to `nanos`, in ns.
    public void onForced(LongConsumer nanos) {
        forceTimes = nanos;
    }

    /// Notes the time of one force of a segment.
    public void forced(long nanos) {
        LongConsumer times = forceTimes;
        if (times != null) times.accept(nanos);
    }

    private void fail(IOException cause) {
        Runnable noted = failure.compareAndSet(null, cause) ? listener : null;
        if (noted != null) noted.run();
    }

    public Optional<IOException> failure() {
        return Optional.ofNullable(failure.get());
    }

    public boolean failed() {
        return failure.get() != null;
    }

    /// A force that failed, for whatever reason: even a full disk loses then what it had taken already.
    private static final class LostWrites extends IOException {
        private static final long serialVersionUID = 1;

        LostWrites(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// Forces a file; its failure differs from one to write.
    public static void force(DiskFile file) throws IOException {
        try {
            file.force();
        } catch (ClosedChannelException failed) {
            // closed before the force began (the two subclasses: while it ran, with an unknown result)
            if (failed.getClass() == ClosedChannelException.class) throw failed;
            throw new LostWrites(failed);
        } catch (IOException failed) {
            throw new LostWrites(failed);
        }
    }

    /// Notes a failure of the disk itself, or that it is full. Other errors that only the operation failed with are
    /// not noted.
    public void report(IOException cause) {
        if (isFailure(cause)) fail(cause);
        else if (DiskError.of(cause).isFull()) shortOfSpace = true;
    }

    /// True when an operation has failed for lack of space since the last call.
    public boolean takeShortage() {
        boolean noted = shortOfSpace;
        if (noted) shortOfSpace = false;
        return noted;
    }

    /// True when the directory can not be used after this error.
    static boolean isFailure(IOException cause) {
        if (cause instanceof DamagedSegment) return false;
        for (Throwable at = cause; at != null; at = at.getCause()) if (at instanceof LostWrites) return true;
        return DiskError.of(cause).isFailure();
    }

    /// True for a shortage before anything was forced: the same operation works when it is over.
    static boolean passes(IOException cause) {
        var kind = DiskError.of(cause);
        return !isFailure(cause) && kind.passes() && kind != DiskError.INTERRUPTED;
    }

    /// Notes a failed `fsync`, whatever the cause.
    public void reportLostWrites(IOException cause) {
        fail(cause);
    }
}
