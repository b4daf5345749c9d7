package barnabas.client.producer;

import barnabas.base.Check;
import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.RequestFailedException;
import barnabas.client.StoppedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Publishes records. [#send] copies nothing and waits only while the buffer is full; a dispatcher gathers what is
/// ready, and every request is carried by a virtual thread of its own that waits for the answer.
///
/// Owner of all queues: `lock`. Records of a partition arrive in the order of [#send], also over failures, because
/// one batch per partition is on its way at a time; with idempotence a batch that arrived and is sent again is
/// dropped by the broker.
public final class Producer implements AutoCloseable {
    /// As many requests as Kafka's producer keeps in flight per broker.
    private static final int REQUESTS_PER_BROKER_MAX = 5;
    /// A request is closed when it holds so much, well below what brokers take.
    private static final int REQUEST_BYTES_MAX = 16 << 20;

    private static final long RETRY_NANOS_FIRST = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long RETRY_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);
    private static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int NO_LEADER = -1;

    private final Cluster cluster;
    private final ProducerOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    /// Something may have become ready.
    private final Condition work = lock.newCondition();
    /// Records were delivered: there is room, and a flush may be over.
    private final Condition delivered = lock.newCondition();

    private final Map<TopicPartition, PartitionQueue> queues = new LinkedHashMap<>();
    private final Map<Integer, Integer> requestsInFlight = new HashMap<>();
    private final Set<Thread> deliveries = new HashSet<>();
    private final Partitioner partitioner;
    private final DeliveryRun delivery;
    private final Thread dispatcher;
    private long bufferedBytes;
    private int flushing;
    private boolean closing;
    private boolean aborted;

    public Producer(Cluster cluster, ProducerOptions options, RandomGenerator random) {
        this.cluster = cluster;
        this.options = options;
        this.partitioner = new Partitioner(options.batchBytesMax(), random);
        this.delivery = new DeliveryRun(cluster, options);
        this.dispatcher = Thread.ofVirtual().name("producer-dispatch").start(this::dispatch);
    }

    /// Takes a record; `listener` gets the result. Waits while the buffer is full, up to `blockMax`.
    ///
    /// @throws RequestFailedException the topic is unknown, the partition does not exist, or there was no room
    /// in time
    public void send(ProducerRecord record, Delivery.Listener listener) throws ClientException {
        var deadline = Deadline.in(options.blockMax(), cluster.options().clock());
        var topic = topic(record.topic(), deadline);
        int partitions = topic.partitions().size();
        if (record.partition() >= partitions) {
            throw new RequestFailedException(
                    "partition " + record.partition() + " of topic '" + record.topic() + "'",
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "it has " + partitions);
        }
        int bytes = Batch.sizeBytes(record);
        if (bytes > options.bufferBytesMax()) {
            throw new RequestFailedException(
                    "a record of " + bytes + " bytes",
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "it is larger than the whole buffer");
        }
        lock.lock();
        try {
            awaitRoom(bytes, deadline);
            if (closing) throw new StoppedException("the producer is closed");
            bufferedBytes += bytes;
            int partition = partitioner.partition(record, partitions);
            var queue = queues.computeIfAbsent(new TopicPartition(record.topic(), partition), PartitionQueue::new);
            var clock = cluster.options().clock();
            long timestamp = record.timestampMillis() >= 0 ? record.timestampMillis() : clock.millis();
            boolean wasEmpty = queue.isEmpty();
            queue.add(record, options.batchBytesMax(), timestamp, clock.nanos(), listener);
            // The dispatcher must be woken for a first record and for a full batch; in between it sleeps.
            if (wasEmpty || queue.hasFullBatch(options.batchBytesMax())) work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(int bytes, Deadline deadline) throws ClientException {
        while (!closing && bufferedBytes + bytes > options.bufferBytesMax()) {
            if (deadline.passed()) {
                throw new RequestFailedException(
                        "send", ErrorCode.REQUEST_TIMED_OUT, "the buffer stayed full for " + options.blockMax());
            }
            await(delivered, deadline.left().toNanos());
        }
    }

    /// Sends a record at once and waits for what becomes of it.
    public Delivery sendAndWait(ProducerRecord record) throws ClientException {
        var outcome = new Delivery[1];
        send(record, result -> outcome[0] = result);
        flush();
        Check.that(outcome[0] != null, "a flush delivers everything");
        return outcome[0];
    }

    private Topic topic(String name, Deadline deadline) throws ClientException {
        var known = cluster.metadata().topics().get(name);
        if (known != null && !known.partitions().isEmpty()) return known;
        if (!options.autoCreateTopics()) return cluster.refreshTopic(name, false);
        // The broker answers the first question for a missing topic with an error and creates it behind that.
        return cluster.retrying(deadline, () -> cluster.refreshTopic(name, true));
    }

    /// Waits until everything that was sent before is delivered or has failed. Other threads that go on sending
    /// prolong it.
    public void flush() throws ClientException {
        lock.lock();
        flushing++;
        try {
            work.signal();
            while (bufferedBytes > 0) await(delivered, Long.MAX_VALUE);
        } finally {
            flushing--;
            lock.unlock();
        }
    }

    /// Waits with the lock released. Callers loop over what they wait for.
    @SuppressWarnings("WaitNotInLoop")
    private static void await(Condition condition, long nanos) throws StoppedException {
        try {
            if (nanos > 0) condition.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped while sending");
        }
    }

    private void dispatch() {
        while (true) {
            lock.lock();
            try {
                if (aborted) failWaiting();
                if (closing && bufferedBytes == 0) return;
                var ready = ready();
                ready.forEach(this::start);
                if (ready.isEmpty()) work.awaitNanos(nanosToNextDue());
            } catch (InterruptedException e) {
                throw new IllegalStateException("bug: the dispatcher was interrupted", e);
            } finally {
                lock.unlock();
            }
        }
    }

    private long lingerNanos() {
        return flushing > 0 || closing ? 0 : options.linger().toNanos();
    }

    /// Batches that are due already wait for a busy broker; its answer wakes the dispatcher.
    private long nanosToNextDue() {
        long now = cluster.options().clock().nanos();
        long next = IDLE_NANOS;
        for (var queue : queues.values()) {
            long due = queue.dueNanos(lingerNanos(), options.batchBytesMax());
            if (due != Long.MAX_VALUE && due > now) next = Math.min(next, due - now);
        }
        return next;
    }

    /// Queues that can be sent now, by broker.
    private Map<Integer, List<PartitionQueue>> ready() {
        long now = cluster.options().clock().nanos();
        var byLeader = new HashMap<Integer, List<PartitionQueue>>();
        var bytes = new HashMap<Integer, Long>();
        for (var queue : queues.values()) {
            if (queue.dueNanos(lingerNanos(), options.batchBytesMax()) > now) continue;
            int leader = queue.leaderDoubtful() ? NO_LEADER : leaderId(queue.partition);
            if (leader != NO_LEADER && requestsInFlight.getOrDefault(leader, 0) >= REQUESTS_PER_BROKER_MAX) continue;
            if (bytes.getOrDefault(leader, 0L) > REQUEST_BYTES_MAX) continue;
            bytes.merge(leader, (long) options.batchBytesMax(), Long::sum);
            byLeader.computeIfAbsent(leader, id -> new ArrayList<>()).add(queue);
        }
        return byLeader;
    }

    private int leaderId(TopicPartition partition) {
        var topic = cluster.metadata().topics().get(partition.topic());
        if (topic == null || partition.partition() >= topic.partitions().size()) return NO_LEADER;
        return topic.partitions().get(partition.partition()).leaderId();
    }

    private void start(int leader, List<PartitionQueue> ready) {
        var batches = new ArrayList<Batch>(ready.size());
        for (var queue : ready) batches.add(queue.depart());
        requestsInFlight.merge(leader, 1, Integer::sum);
        var thread = Thread.ofVirtual().name("producer-delivery").unstarted(() -> {
            if (leader == NO_LEADER) findLeaders(ready);
            else deliver(leader, ready, batches);
        });
        deliveries.add(thread);
        thread.start();
    }

    /// Asks for the leaders of partitions; they are tried again whatever the answer is.
    private void findLeaders(List<PartitionQueue> ready) {
        ClientException failure = null;
        try {
            cluster.refresh(
                    ready.stream()
                            .map(queue -> queue.partition.topic())
                            .distinct()
                            .toList(),
                    false);
        } catch (ClientException e) {
            failure = e;
        }
        lock.lock();
        try {
            for (var queue : ready) {
                boolean known = failure == null && leaderId(queue.partition) != NO_LEADER;
                if (known) queue.leaderKnown();
                giveUpOrRetry(
                        queue,
                        known ? 0 : pauseNanos(queue),
                        !known,
                        failure != null
                                ? failure
                                : new RequestFailedException(
                                        "partition " + queue.partition, ErrorCode.LEADER_NOT_AVAILABLE, null));
            }
            done(NO_LEADER);
        } finally {
            lock.unlock();
        }
    }

    private void deliver(int leader, List<PartitionQueue> ready, List<Batch> batches) {
        Map<TopicPartition, DeliveryRun.Outcome> outcomes;
        try {
            if (options.idempotent()) number(ready, delivery.identity());
            outcomes = delivery.run(leader, batches);
        } catch (ClientException e) {
            outcomes = same(batches, DeliveryRun.afterFailure(e));
        } catch (RuntimeException bug) {
            // A batch that is never settled would make every flush wait.
            var reason = new RequestFailedException("produce", ErrorCode.UNKNOWN_SERVER_ERROR, bug.toString());
            outcomes = same(batches, new DeliveryRun.Outcome.Refused(reason, true));
        }
        for (int i = 0; i < ready.size(); i++) {
            var missing = new DeliveryRun.Outcome.Again(
                    new RequestFailedException(
                            "produce to " + batches.get(i).partition,
                            ErrorCode.UNKNOWN_SERVER_ERROR,
                            "the answer leaves it out"),
                    true);
            settle(ready.get(i), batches.get(i), outcomes.getOrDefault(batches.get(i).partition, missing));
        }
        lock.lock();
        try {
            done(leader);
        } finally {
            lock.unlock();
        }
    }

    private static Map<TopicPartition, DeliveryRun.Outcome> same(List<Batch> batches, DeliveryRun.Outcome outcome) {
        var outcomes = new HashMap<TopicPartition, DeliveryRun.Outcome>();
        for (var batch : batches) outcomes.put(batch.partition, outcome);
        return outcomes;
    }

    private void number(List<PartitionQueue> ready, ProducerIdentity identity) {
        lock.lock();
        try {
            for (var queue : ready) queue.number(identity);
        } finally {
            lock.unlock();
        }
    }

    /// Calls the listeners first, without the lock, then sends the next batch of the partition.
    private void settle(PartitionQueue queue, Batch batch, DeliveryRun.Outcome outcome) {
        if (outcome instanceof DeliveryRun.Outcome.Arrived(long offset, long logAppendTime)) {
            batch.acknowledge(offset, logAppendTime);
        }
        boolean split = outcome instanceof DeliveryRun.Outcome.TooLarge && batch.recordCount() > 1;
        ClientException refusal = switch (outcome) {
            case DeliveryRun.Outcome.Refused(var reason, var ignored) -> reason;
            case DeliveryRun.Outcome.TooLarge(var reason) -> split ? null : reason;
            case DeliveryRun.Outcome.Arrived ignored -> null;
            case DeliveryRun.Outcome.Again ignored -> null;
        };
        if (refusal != null) batch.fail(refusal);
        lock.lock();
        try {
            switch (outcome) {
                case DeliveryRun.Outcome.Arrived ignored -> {
                    queue.arrived();
                    free(batch);
                }
                case DeliveryRun.Outcome.TooLarge ignored -> {
                    if (split) {
                        queue.split();
                    } else {
                        queue.refused();
                        free(batch);
                    }
                }
                case DeliveryRun.Outcome.Refused(var ignored, boolean identityLost) -> {
                    // An earlier try may have been appended.
                    if (identityLost || queue.tries() > 0) {
                        delivery.forget(batch.identity());
                        queue.arrived();
                    } else {
                        queue.refused();
                    }
                    free(batch);
                }
                case DeliveryRun.Outcome.Again(var reason, boolean askForLeader) ->
                    giveUpOrRetry(queue, pauseNanos(queue), askForLeader, reason);
            }
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private static long pauseNanos(PartitionQueue queue) {
        return Math.min(RETRY_NANOS_MAX, RETRY_NANOS_FIRST << Math.min(queue.tries(), 10));
    }

    private void giveUpOrRetry(PartitionQueue queue, long pauseNanos, boolean askForLeader, ClientException reason) {
        long now = cluster.options().clock().nanos();
        var batch = queue.first();
        boolean late = now - batch.createdNanos > options.deliveryTimeout().toNanos();
        if (!late && !aborted && !(reason instanceof StoppedException)) {
            queue.retry(now + pauseNanos, askForLeader);
            return;
        }
        // Whether the broker has it is unknown, so its sequence numbers are neither used nor free: start over
        // with new ones.
        if (batch.identity() != null) delivery.forget(batch.identity());
        // Listeners of a partition are called in order, and nothing of it is in flight now, so the lock may be
        // released.
        lock.unlock();
        try {
            batch.fail(reason);
        } finally {
            lock.lock();
        }
        queue.arrived();
        free(batch);
    }

    private void free(Batch batch) {
        bufferedBytes -= batch.chargedBytes();
        Check.that(bufferedBytes >= 0, "records are freed once");
        delivered.signalAll();
    }

    private void done(int leader) {
        deliveries.remove(Thread.currentThread());
        requestsInFlight.computeIfPresent(leader, (id, count) -> count == 1 ? null : count - 1);
        work.signal();
    }

    /// Delivers what was sent, then stops.
    @Override
    public void close() throws ClientException {
        boolean flushed = false;
        try {
            flush();
            flushed = true;
        } finally {
            stop(!flushed);
        }
    }

    /// Stops without waiting for records that are not delivered yet; their listeners get a failure.
    public void abort() {
        stop(true);
    }

    private void stop(boolean now) {
        lock.lock();
        try {
            closing = true;
            aborted |= now;
            if (now) deliveries.forEach(Thread::interrupt);
            work.signal();
            delivered.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (true) {
            try {
                dispatcher.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    /// Called with the lock, which is released while listeners are called. Batches in flight fail by themselves.
    private void failWaiting() {
        var waiting = new ArrayList<Batch>();
        for (var queue : queues.values()) {
            while (!queue.isEmpty() && !queue.inFlight()) {
                waiting.add(queue.depart());
                queue.arrived();
            }
        }
        var reason = new StoppedException("the producer was closed before this record was delivered");
        lock.unlock();
        try {
            for (var batch : waiting) batch.fail(reason);
        } finally {
            lock.lock();
        }
        waiting.forEach(this::free);
    }
}
