package barnabas.broker.fetch;

import barnabas.base.Clock;
import barnabas.base.Joining;
import barnabas.base.Threads;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The threads that wait for a disk, so that no event loop does and no virtual thread holds its carrier meanwhile: a
/// read of what is not in the page cache.
///
/// Owner: itself; any thread may call. Threads come with the first work and go when there has been none for a while.
public final class DiskPool implements AutoCloseable {
    private static final int WAITING_MAX = 256;
    private static final int SCRATCH_BYTES = 128 << 10;
    private static final long CLOSE_SECONDS_MAX = 30;

    private final Threads threads;
    private final Clock clock;
    private final ReentrantLock resizing = new ReentrantLock();
    private volatile ExecutorService pool;
    private int threadsMax;
    private volatile boolean closed;
    /// As many as there are places for work, at a thread or in the queue.
    private final Semaphore places;

    private final ThreadLocal<ByteBuffer> scratch =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SCRATCH_BYTES));

    /// @param threadsMax the reads that a disk is given at the same time
    public DiskPool(int threadsMax, Threads threads, Clock clock) {
        this.clock = clock;
        this.threads = threads;
        this.threadsMax = threadsMax;
        pool = threads.pool("disk", threadsMax);
        places = new Semaphore(WAITING_MAX, true);
    }

    /// Changes the number of threads. Work that waits for the old ones is done by them.
    public void resize(int wanted) {
        resizing.lock();
        try {
            ExecutorService old = pool;
            if (wanted == threadsMax || closed) return;
            threadsMax = wanted;
            pool = threads.pool("disk", wanted);
            old.shutdown();
        } finally {
            resizing.unlock();
        }
    }

    /// @throws RejectedExecutionException the pool was closed
    private void execute(Runnable work) {
        while (true) {
            try {
                pool.execute(work);
                return;
            } catch (RejectedExecutionException e) {
                // A pool that was replaced is shut down after the new one took its place.
                if (closed) throw e;
            }
        }
    }

    /// Runs `work` on one of the threads and waits for its result; for virtual threads. While there is no place for
    /// it, it waits for one. An interrupt does not end the wait, as the work goes on, and stays set.
    public <T> T call(Callable<T> work) {
        places.acquireUninterruptibly();
        var task = new FutureTask<>(work);
        try {
            execute(() -> {
                try {
                    task.run();
                } finally {
                    places.release();
                }
            });
        } catch (RejectedExecutionException closed) {
            places.release();
            throw closed;
        }
        return Joining.resultOf(task);
    }

    /// Runs `work` on one of the threads when there is a place for it.
    ///
    /// @return false when there is none: `work` will not run
    boolean offer(Runnable work) {
        if (!places.tryAcquire()) return false;
        try {
            execute(() -> {
                try {
                    work.run();
                } finally {
                    places.release();
                }
            });
            return true;
        } catch (RejectedExecutionException closed) {
            places.release();
            return false;
        }
    }

    /// Memory of the calling thread of this pool, for bytes that pass through.
    ByteBuffer scratch() {
        return scratch.get();
    }

    /// Waits for the work that has begun. Never interrupts it, because an interrupt would close the files for all
    /// threads.
    @Override
    public void close() {
        resizing.lock();
        try {
            closed = true;
            pool.shutdown();
        } finally {
            resizing.unlock();
        }
        boolean _ = Joining.awaitEnd(pool, clock, TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX));
    }
}
