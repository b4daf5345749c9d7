package barnabas.mirror;

import barnabas.broker.follow.ReplicaKey;
import barnabas.broker.follow.SourceSession;
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
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches from one broker of a mirror's source, as a consumer without a group: one request at a time for all
/// partitions that this broker copies from there, in one fetch session. A thread of its own, since appends write files.
final class SourceFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(SourceFetcher.class);

    private static final int WAIT_MILLIS = 500;
    private static final int ANSWER_BYTES_MAX = 16 << 20;
    private static final int PARTITION_BYTES_MAX = 2 << 20;
    private static final Duration ANSWER_TIME = Duration.ofSeconds(30);
    private static final int NO_SESSION = 0;
    /// The first version that names topics by id (Kafka 3.1).
    private static final short VERSION_BY_ID = 13;
    /// Time between two requests that name all partitions: an answer in a session says nothing of those without news.
    private static final long LOOK_NANOS = 2_000_000_000;
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
    private volatile boolean changed;
    private volatile boolean closed;
    private @Nullable Thread thread;

    // of that thread
    private final SourceSession session = new SourceSession();
    private final Map<ReplicaKey, Copy> fetched = new HashMap<>();
    private final Map<String, Uuid> sourceIds = new HashMap<>();
    private long lookedAtNanos;
    private boolean look = true;
    private boolean sessionBegun;

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
        changed = true;
        wake();
    }

    /// Ends without being waited for: an answer that is under way changes nothing.
    void retire() {
        copies = Map.of();
        changed = true;
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
                if (isLookDue()) look();
                if (session.isEmpty()) {
                    park();
                    continue;
                }
                long asked = context.clock().nanos();
                boolean some = fetch();
                trouble.over(brokerId);
                pause = 0;
                if (!some) context.clock().parkUntil(this, asked + EMPTY_NANOS);
            } catch (ClientException | RuntimeException e) {
                // whatever a broken source sends ends in one of them: this broker goes on
                if (closed) return;
                session.lost();
                look = true;
                sessionBegun = false;
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

    private void park() {
        long now = context.clock().nanos();
        long until = now + PAUSE_NANOS_MAX;
        for (Copy each : copies.values()) if (!each.isStopped() && each.dueNanos() - until < 0) until = each.dueNanos();
        context.clock().parkUntil(this, until);
    }

    /// @return false when the answer has no records
    private boolean fetch() throws ClientException {
        Connection connection = source.broker(brokerId, Lane.FETCHES);
        short version = connection.version(ApiKey.FETCH);
        if (version < VERSION_MIN) throw new IllegalStateException("it is older than Kafka 2.7");
        var pending = connection.send(request(version), FetchResponse.class);
        FetchResponse response = connection.receive(pending, ANSWER_TIME);
        boolean hadSession = sessionBegun;
        if (!session.answered(response)) {
            look = true;
            sessionBegun = false;
            if (hadSession) return true;
            throw new IllegalStateException("it answers " + ErrorCode.of(response.errorCode()));
        }
        sessionBegun = response.sessionId() != NO_SESSION;
        return take(response, version);
    }

    private boolean take(FetchResponse response, short version) {
        boolean some = false;
        for (var topic : response.responses()) {
            Uuid id = version < VERSION_BY_ID ? sourceIds.get(topic.topic()) : topic.topicId();
            if (id == null) continue;
            for (var each : topic.partitions()) {
                some |= each.records() instanceof RecordData.InMemory(ByteBuffer bytes) && bytes.hasRemaining();
                var key = new ReplicaKey(id, each.partitionIndex());
                Copy copy = fetched.get(key);
                if (copy == null) continue;
                try (var _ = copy.working.hold()) {
                    if (!copy.isOf(this) || copy.isStopped()) {
                        look = true;
                        continue;
                    }
                    switch (work.take(copy, each)) {
                        case ANSWER -> session.want(key, wanted(copy));
                        case FULL_ANSWER -> look = true;
                        case METADATA -> {
                            look = true;
                            wantsMetadata.run();
                        }
                    }
                }
            }
        }
        return some;
    }

    /// Looks at all copies; the next request names all that are due, so that each is answered, with news or without.
    private void look() {
        changed = false;
        lookedAtNanos = context.clock().nanos();
        look = false;
        session.startOver();
        fetched.keySet().forEach(session::leave);
        fetched.clear();
        sourceIds.clear();
        for (Copy each : copies.values()) {
            if (each.isStopped() || !each.isDue(lookedAtNanos)) continue;
            if (each.sourceId.isZero()) {
                each.stops(
                        "its settings name no topic of the source",
                        context.clock().millis());
                continue;
            }
            var key = new ReplicaKey(each.sourceId, each.name.partition());
            fetched.put(key, each);
            sourceIds.put(each.name.topic(), each.sourceId);
            session.want(key, wanted(each));
        }
    }

    private boolean isLookDue() {
        if (look || changed) return true;
        long now = context.clock().nanos();
        if (now - lookedAtNanos >= LOOK_NANOS) return true;
        for (Copy each : copies.values()) if (each.dueNanos() - lookedAtNanos > 0 && each.isDue(now)) return true;
        return false;
    }

    private static FetchPartition wanted(Copy copy) {
        CopyRules.Local local = copy.local();
        return FetchPartition.builder()
                .partition(copy.name.partition())
                // a leader that was replaced and does not know it is not believed
                .currentLeaderEpoch(copy.sourceLeaderEpoch())
                .fetchOffset(local.end())
                .lastFetchedEpoch(local.lastEpoch())
                .partitionMaxBytes(PARTITION_BYTES_MAX)
                .build();
    }

    private FetchRequest request(short version) {
        SourceSession.Names names = session.next();
        var request = FetchRequest.builder().maxWaitMs(WAIT_MILLIS).minBytes(1).maxBytes(ANSWER_BYTES_MAX);
        if (version >= VERSION_BY_ID)
            return request.sessionId(names.sessionId())
                    .sessionEpoch(names.sessionEpoch())
                    .topics(names.topics())
                    .forgottenTopicsData(names.forgotten())
                    .build();
        // a session of names would take both
        var byId = new HashMap<Uuid, String>();
        sourceIds.forEach((name, id) -> byId.put(id, name));
        var topics = new ArrayList<FetchTopic>();
        for (FetchTopic each : names.topics())
            topics.add(new FetchTopic(byId.getOrDefault(each.topicId(), ""), Uuid.ZERO, each.partitions()));
        return request.sessionId(NO_SESSION)
                .sessionEpoch(FULL_FETCH)
                .topics(topics)
                .build();
    }
}
