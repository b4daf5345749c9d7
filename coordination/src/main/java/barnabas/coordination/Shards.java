package barnabas.coordination;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The shards of one internal topic that this broker leads: which partition has which runtime, and the threads
/// they run on. Thread-safe.
///
/// 1. [#start] with the number of partitions of the topic once it is known. Key → partition is [#partitionFor];
///    FindCoordinator answers with the leader of that partition.
/// 2. When this broker becomes leader of a partition: [#elected] with a [ShardLog] on it. It returns at once; the
///    shard is loaded in the background and answers COORDINATOR_LOAD_IN_PROGRESS meanwhile. When the broker stops
///    being leader, or the log is gone: [#resigned].
/// 3. Whenever the high watermark of such a partition advances: [#committed]; replies wait for it. With a single
///    replica the outcome of the append already carries the high watermark and no notice is needed.
/// 4. When the topic is deleted: [#topicDeleted]. A topic of the same name that is created later starts over.
/// 5. [#close] answers NOT_COORDINATOR to every waiting request.
public final class Shards<S extends Shard> implements AutoCloseable {
    /// Shards that read their partitions at the same time, on threads that may wait for a disk.
    private static final int LOADERS = 2;

    private final String topic;
    private final Cores<S> cores;
    private final ExecutorService runners;
    private final ExecutorService loaders;
    private final Schedule alarms;
    private final ShardRuntime.Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Integer, Led<S>> led = new HashMap<>(); // guarded by lock
    private boolean closed; // guarded by lock
    private volatile int partitionCount;

    /// Makes an empty core for a partition that is about to be loaded.
    @FunctionalInterface
    public interface Cores<S extends Shard> {
        S core(int partition, int leaderEpoch);
    }

    /// A partition and the epoch of its last known election or resignation.
    private record Led<S extends Shard>(
            int leaderEpoch, @Nullable ShardRuntime<S> runtime) {}

    public Shards(
            String topic,
            Cores<S> cores,
            Clock clock,
            Threads threads,
            Compression compression,
            long commitTimeoutMillis) {
        this.topic = topic;
        this.cores = cores;
        this.runners = threads.perTask(topic + "-shard");
        // Bounded by the partitions of the topic: each is loaded once per election.
        this.loaders = threads.pool(topic + "-load", LOADERS);
        this.alarms = new Schedule(topic + "-alarm", clock, threads);
        Alarm alarm = (ticks, wake) -> alarms.at(ticks * 1_000_000, wake)::cancel;
        this.environment = new ShardRuntime.Environment(clock, alarm, runners, compression, commitTimeoutMillis);
    }

    /// Name of the internal topic.
    public String topic() {
        return topic;
    }

    /// Before this every call is refused with NOT_COORDINATOR, as are later ones about partitions that are led
    /// elsewhere.
    public void start(int partitions) {
        partitionCount = partitions;
    }

    /// Partition of a key; -1 before [#start].
    public int partitionFor(String key) {
        int count = partitionCount;
        return count == 0 ? -1 : partitionFor(key, count);
    }

    /// Partition of a key, computed as in Kafka.
    public static int partitionFor(String key, int partitionCount) {
        int hash = key.hashCode();
        return (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitionCount;
    }

    /// An election with an older epoch than a previous one is ignored.
    public void elected(int partition, int leaderEpoch, ShardLog log) {
        lock.lock();
        try {
            Led<S> previous = led.get(partition);
            if (closed || (previous != null && previous.leaderEpoch > leaderEpoch)) return;
            // A leader whose log was offline may take over again in its epoch.
            if (previous != null && previous.runtime != null && previous.leaderEpoch == leaderEpoch) return;
            if (previous != null && previous.runtime != null) previous.runtime.close(ErrorCode.NOT_COORDINATOR);
            var runtime =
                    new ShardRuntime<>(topic + "-" + partition, cores.core(partition, leaderEpoch), log, environment);
            led.put(partition, new Led<>(leaderEpoch, runtime));
            loaders.execute(() -> {
                runtime.load();
                wakeWaiters();
            });
        } finally {
            lock.unlock();
        }
    }

    private void wakeWaiters() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until this broker has been elected for a partition and its shard has been read, if that takes no longer
    /// than `millisMax`. May block.
    ///
    /// @return whether the shard takes requests
    public boolean awaitLoaded(int partition, Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                ShardRuntime<S> runtime = runtime(partition);
                if (runtime != null && !runtime.isLoading()) return runtime.isActive();
                if (deadline.passed()) return false;
                deadline.await(lock, changed);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Every request that waits on the shard is answered NOT_COORDINATOR. A notice older than the last election is
    /// ignored.
    public void resigned(int partition, int leaderEpoch) {
        lock.lock();
        try {
            Led<S> previous = led.get(partition);
            // Partitions of a broker that stops change until its end.
            if (closed || previous == null || previous.leaderEpoch > leaderEpoch) return;
            if (previous.runtime != null) previous.runtime.close(ErrorCode.NOT_COORDINATOR);
            led.put(partition, new Led<>(leaderEpoch, null));
        } finally {
            lock.unlock();
        }
    }

    /// The topic is gone: all shards resign, and what its leader epochs were no longer counts, since those of a new
    /// topic of this name begin at 0 again.
    public void topicDeleted() {
        lock.lock();
        try {
            if (closed) return;
            partitionCount = 0;
            for (Led<S> each : led.values()) if (each.runtime != null) each.runtime.close(ErrorCode.NOT_COORDINATOR);
            led.clear();
        } finally {
            lock.unlock();
        }
    }

    /// Everything below `highWatermark` is committed, as known in `leaderEpoch`. A notice of another epoch than the
    /// shard's is ignored: a later leader may have committed other records than those that answers wait for.
    /// Any thread, never blocks.
    public void committed(int partition, int leaderEpoch, long highWatermark) {
        ShardRuntime<S> runtime = runtime(partition, leaderEpoch);
        if (runtime != null) runtime.committed(highWatermark);
    }

    /// The shard of this epoch; null when it is not led, or in another one.
    private @Nullable ShardRuntime<S> runtime(int partition, int leaderEpoch) {
        lock.lock();
        try {
            Led<S> known = led.get(partition);
            return known == null || known.leaderEpoch != leaderEpoch ? null : known.runtime;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ShardRuntime<S> runtime(int partition) {
        lock.lock();
        try {
            Led<S> known = led.get(partition);
            return known == null ? null : known.runtime;
        } finally {
            lock.unlock();
        }
    }

    private List<ShardRuntime<S>> runtimes() {
        lock.lock();
        try {
            var runtimes = new ArrayList<ShardRuntime<S>>(led.size());
            for (Led<S> each : led.values()) if (each.runtime != null) runtimes.add(each.runtime);
            return runtimes;
        } finally {
            lock.unlock();
        }
    }

    /// Asks the shard that a key belongs to. The call is answered exactly once. Never blocks.
    public <R> void submit(String key, Call<R> call, ShardRuntime.Operation<S> operation) {
        submit(partitionFor(key), call, operation);
    }

    /// Asks the shard of a partition. The call is answered exactly once. Never blocks.
    public <R> void submit(int partition, Call<R> call, ShardRuntime.Operation<S> operation) {
        ShardRuntime<S> runtime = runtime(partition);
        if (runtime != null) {
            runtime.submit(call, operation);
        } else {
            call.complete(call.refusal(ErrorCode.NOT_COORDINATOR));
        }
    }

    /// Asks all shards that are there, loading ones included. Never blocks.
    public <R> List<Call<R>> submitToAll(
            Function<ErrorCode, R> refusal, Function<Ticket<R>, ShardRuntime.Operation<S>> operation) {
        var calls = new ArrayList<Call<R>>();
        for (ShardRuntime<S> runtime : runtimes()) {
            Call<R> call = Call.awaited(refusal);
            runtime.submit(call, operation.apply(call));
            calls.add(call);
        }
        return calls;
    }

    /// Whether this broker leads a partition still in this epoch, with its shard loaded.
    public boolean leads(int partition, int leaderEpoch) {
        ShardRuntime<S> runtime = runtime(partition, leaderEpoch);
        return runtime != null && runtime.isActive();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) return;
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (ShardRuntime<S> runtime : runtimes()) runtime.close(ErrorCode.NOT_COORDINATOR);
        loaders.close();
        alarms.close();
        runners.close();
    }
}
