package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.Connection;
import barnabas.client.TopicPartition;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches from one broker of a mirror's source, as a consumer without a group: one request at a time for all
/// partitions that this broker copies from there. A thread of its own, since appends write files.
final class SourceFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(SourceFetcher.class);

    private static final int WAIT_MILLIS = 500;
    private static final int ANSWER_BYTES_MAX = 16 << 20;
    private static final int PARTITION_BYTES_MAX = 2 << 20;
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);
    private static final int NO_SESSION = 0;
    private static final int FULL_FETCH = -1;
    /// A source that answers at once with nothing is asked again so much later.
    private static final long EMPTY_NANOS = 50_000_000;
    /// The first version with leader epochs of what was fetched last (Kafka 2.7).
    private static final short VERSION_MIN = 12;

    private static final long PAUSE_NANOS_MIN = 100_000_000;
    private static final long PAUSE_NANOS_MAX = 10_000_000_000L;

    private final int brokerId;
    private final Cluster source;
    private final MirrorContext context;
    private final CopyWork work;
    private final Runnable wantsMetadata;
    private final Trouble trouble;
    private volatile Map<TopicPartition, Copy> copies = Map.of();
    private volatile boolean closed;
    private @Nullable Thread thread;

    /// @param wantsMetadata has the mirror look for the leaders of the source
    SourceFetcher(int brokerId, Cluster source, MirrorContext context, Trouble trouble, Runnable wantsMetadata) {
        this.brokerId = brokerId;
        this.source = source;
        this.context = context;
        this.trouble = trouble;
        this.work = new CopyWork(context, source);
        this.wantsMetadata = wantsMetadata;
    }

    SourceFetcher start() {
        thread = context.node().threads().start("mirror-" + context.name() + "-from-" + brokerId, this::run);
        return this;
    }

    /// The partitions to copy from now on.
    void copy(Map<TopicPartition, Copy> wanted) {
        if (wanted.equals(copies)) return;
        copies = Map.copyOf(wanted);
        wake();
    }

    /// Ends without being waited for: an answer that is under way changes nothing.
    void retire() {
        copies = Map.of();
        closed = true;
        wake();
    }

    boolean hasEnded() {
        Thread running = thread;
        return running == null || !running.isAlive();
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    /// The caller closes the source's connections first: they end a wait for an answer.
    void close() {
        closed = true;
        wake();
        Thread running = thread;
        if (running == null) return;
        running.interrupt();
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void run() {
        long pause = 0;
        while (!closed) {
            try {
                List<Copy> due = due();
                if (due.isEmpty()) {
                    park();
                    continue;
                }
                long asked = context.clock().nanos();
                boolean some = fetch(due);
                trouble.over(brokerId);
                pause = 0;
                if (!some) context.clock().parkUntil(this, asked + EMPTY_NANOS);
            } catch (ClientException | RuntimeException e) {
                // whatever a broken source sends ends in one of them: this broker goes on
                if (closed) return;
                if (e instanceof RuntimeException) LOG.debug("Fetching from broker {} fails", brokerId, e);
                trouble.at(brokerId, "broker " + brokerId + ": " + e.getMessage());
                // no later fetch would end the problem
                if (closed) trouble.over(brokerId);
                wantsMetadata.run();
                pause = Math.min(PAUSE_NANOS_MAX, Math.max(PAUSE_NANOS_MIN, 2 * pause));
                context.clock().parkUntil(this, context.clock().nanos() + pause);
            }
        }
    }

    private List<Copy> due() {
        long now = context.clock().nanos();
        var due = new ArrayList<Copy>();
        for (Copy each : copies.values()) if (!each.isStopped() && each.isDue(now)) due.add(each);
        return due;
    }

    private void park() {
        long now = context.clock().nanos();
        long until = now + PAUSE_NANOS_MAX;
        for (Copy each : copies.values()) if (!each.isStopped() && each.dueNanos() - until < 0) until = each.dueNanos();
        context.clock().parkUntil(this, until);
    }

    /// @return false when the answer has no records
    private boolean fetch(List<Copy> due) throws ClientException {
        Connection connection = source.broker(brokerId, Lane.FETCHES);
        short version = connection.version(ApiKey.FETCH);
        if (version < VERSION_MIN) throw new IllegalStateException("it is older than Kafka 2.7");
        var byId = new HashMap<Uuid, String>();
        var pending = connection.send(request(due, byId), FetchResponse.class);
        FetchResponse response = connection.receive(pending, ANSWER_TIME);
        if (response.errorCode() != 0)
            throw new IllegalStateException("it answers " + ErrorCode.of(response.errorCode()));
        boolean found = true;
        boolean some = false;
        Map<TopicPartition, Copy> present = copies;
        for (var topic : response.responses()) {
            String name = topic.topic().isEmpty() ? byId.get(topic.topicId()) : topic.topic();
            if (name == null) continue;
            for (var each : topic.partitions()) {
                some |= each.records() instanceof RecordData.InMemory(ByteBuffer bytes) && bytes.hasRemaining();
                Copy copy = present.get(new TopicPartition(name, each.partitionIndex()));
                if (copy == null || copy.isStopped()) continue;
                try (var _ = copy.working.hold()) {
                    if (copy.isOf(this)) found &= work.take(copy, each);
                }
            }
        }
        if (!found) wantsMetadata.run();
        return some;
    }

    private static FetchRequest request(List<Copy> due, Map<Uuid, String> byId) {
        var byTopic = new HashMap<String, List<FetchPartition>>();
        var ids = new HashMap<String, Uuid>();
        for (Copy each : due) {
            CopyRules.Local local = each.local();
            ids.put(each.name.topic(), each.sourceId);
            byId.put(each.sourceId, each.name.topic());
            byTopic.computeIfAbsent(each.name.topic(), _ -> new ArrayList<>())
                    .add(FetchPartition.builder()
                            .partition(each.name.partition())
                            // a leader that was replaced and does not know it is not believed
                            .currentLeaderEpoch(each.sourceLeaderEpoch())
                            .fetchOffset(local.end())
                            .lastFetchedEpoch(local.lastEpoch())
                            .partitionMaxBytes(PARTITION_BYTES_MAX)
                            .build());
        }
        var topics = new ArrayList<FetchTopic>();
        byTopic.forEach((name, partitions) -> topics.add(FetchTopic.builder()
                .topic(name)
                .topicId(ids.getOrDefault(name, Uuid.ZERO))
                .partitions(partitions)
                .build()));
        return FetchRequest.builder()
                .maxWaitMs(WAIT_MILLIS)
                .minBytes(1)
                .maxBytes(ANSWER_BYTES_MAX)
                .sessionId(NO_SESSION)
                .sessionEpoch(FULL_FETCH)
                .topics(topics)
                .build();
    }
}
