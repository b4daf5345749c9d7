package barnabas.broker.fetch;

import barnabas.base.Clock;
import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.request.Call;
import barnabas.broker.request.FileRecords;
import barnabas.broker.request.WaitCounts;
import barnabas.log.AbortedTransaction;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogSlice;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.LeaderIdAndEpoch;
import barnabas.protocol.message.FetchResponse.NodeEndpoint;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.replication.Elections;
import barnabas.replication.Partition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One fetch request from its first look at the partitions to its response.
///
/// Owner: one thread at a time, the event loop, or the virtual thread that waits for the disk.
public final class Fetch {
    /// From this version on an answer can name a diverging epoch (KIP-595).
    private static final short DIVERGING_EPOCH_SINCE = 12;
    /// From this version on an answer names the leader and its address (KIP-951).
    private static final short CURRENT_LEADER_SINCE = 16;
    /// From this version on topics are named by id (KIP-516).
    public static final short TOPIC_IDS_SINCE = 13;

    /// Wait for a leader epoch that this broker's image does not have yet: a client that has seen a new leader named
    /// may be here first. An error would cost it its back-off.
    private static final long COMING_EPOCH_NANOS_MAX = 30_000_000;

    /// Result of a look at the partitions.
    public enum Look {
        /// The request can be answered.
        ENOUGH,
        /// It has to wait for records, or for the end of the client's patience.
        NOT_YET,
        /// Nothing was looked at: the disk would have to be waited for, see [#await].
        OLD_RECORDS
    }

    private final FetchSessions sessions;
    private final FetchRequest request;
    private final Call call;
    private final short version;
    private final FetchSessions.Opening opening;
    private final PartitionReader reader;
    private final DiskPool disk;
    private final int bytesMax;
    private final int bytesMin;
    private final Clock clock;
    private final long begunNanos;
    private long deadline;
    private List<PartitionRead> reads = List.of();
    /// By the client's quotas: the answer is empty.
    private final int waitMillis;
    private boolean failed;
    private boolean progressNoted;
    /// Of its watch for elections; 0 for none.
    private long watchNumber;

    private boolean ended;
    private long readBytes;
    private volatile boolean cancelled;

    public Fetch(
            FetchSessions sessions,
            PartitionReader reader,
            DiskPool disk,
            FetchRequest request,
            Call call,
            int responseBytesMax,
            Clock clock) {
        this.sessions = sessions;
        this.request = request;
        this.call = call;
        this.reader = reader;
        this.version = call.version();
        this.opening = sessions.open(request, call.version(), call.connection(), key -> reader.find(key) != null);
        this.disk = disk;
        // a follower may ask for as much as it has room for
        if (reader.isForFollower()) call.exempt();
        this.waitMillis = call.fetchWaitMillis();
        call.holdBack(waitMillis);
        this.bytesMax = reader.isForFollower()
                ? request.maxBytes()
                : Math.min(Math.min(request.maxBytes(), responseBytesMax), call.fetchBytesMax());
        // Waiting for more than the answer may hold would always take until the end of the client's patience (KIP-541).
        this.bytesMin = Math.min(request.minBytes(), bytesMax);
        this.clock = clock;
        this.begunNanos = clock.nanos();
        Elections elections = reader.elections();
        int millis = reader.isForFollower()
                ? elections.followerWaitMillis(request.maxWaitMs())
                : elections.waitMillis(request.maxWaitMs());
        this.deadline = begunNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private @Nullable FetchSet set() {
        return switch (opening) {
            case FetchSessions.Opening.Full full -> full.set();
            case FetchSessions.Opening.Incremental incremental -> incremental.session();
            case FetchSessions.Opening.Refused refused -> null;
        };
    }

    /// Looks at the partitions once, without waiting for anything.
    public Look look() {
        FetchSet set = set();
        if (set == null || set.size() == 0 || waitMillis > 0) return Look.ENOUGH;
        if (reader.isForFollower() && !progressNoted) noteProgress(set);
        if (!lookAt(set, false)) return Look.OLD_RECORDS;
        return isEnough() ? Look.ENOUGH : Look.NOT_YET;
    }

    /// The fetch of a follower says of each of its partitions how far it is. Of thousands mostly a few have moved: only
    /// those are read. That it is at the end of the others is noted now and then.
    private void noteProgress(FetchSet set) {
        progressNoted = true;
        FetchingFollower follower = reader.follower();
        boolean mayHaveLostRights = call.hasRestrictedTopics();
        long since = begunNanos - reader.noteIntervalNanos();
        if (follower == null || (!mayHaveLostRights && set.isNoted(follower, since))) return;
        set.noted(follower, begunNanos);
        for (FetchedPartition each : set.partitions()) {
            if (mayHaveLostRights || each.lookDue() || !reader.noteProgress(each)) each.lookAgain();
            if (!reader.isInSync(each)) set.isOutOfSync();
        }
    }

    private boolean isEnough() {
        return request.maxWaitMs() <= 0 || satisfied();
    }

    private boolean satisfied() {
        return failed || readBytes >= bytesMin || leadsMore();
    }

    /// Whether this broker leads more partitions by now than the client could ask for.
    private boolean leadsMore() {
        return reader.elections().isAfter(begunNanos);
    }

    /// For virtual threads: what is not in memory is read by the disk's threads.
    private void lookAt(FetchSet set) {
        if (!lookAt(set, false)) disk.call(() -> lookAt(set, true));
    }

    /// False when this thread would have to wait for the disk; then nothing was looked at.
    private boolean lookAt(FetchSet set, boolean mayWaitForDisk) {
        discard();
        Collection<FetchedPartition> due = set.takeDue();
        Collection<FetchedPartition> looks =
                opening instanceof FetchSessions.Opening.Incremental ? due : set.partitions();
        boolean looked = false;
        try {
            looked = read(set, looks, mayWaitForDisk);
            return looked;
        } finally {
            if (!looked) {
                discard();
                looks.forEach(FetchedPartition::lookAgain);
            }
        }
    }

    private boolean read(FetchSet set, Collection<FetchedPartition> looks, boolean mayWaitForDisk) {
        var found = new ArrayList<PartitionRead>();
        reads = found;
        int left = bytesMax;
        for (FetchedPartition partition : looks) {
            partition.looking();
            if (opening instanceof FetchSessions.Opening.Incremental) watch(partition);
            PartitionRead read = mayRead(partition.key())
                    ? reader.read(partition, Math.max(0, left), readBytes == 0, mayWaitForDisk)
                    : PartitionRead.failed(partition, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
            if (read == null) return false;
            found.add(read);
            left -= read.sizeBytes();
            readBytes += read.sizeBytes();
            if (read.error() == ErrorCode.UNKNOWN_LEADER_EPOCH) waitAtMost(COMING_EPOCH_NANOS_MAX);
            else failed |= read.error() != ErrorCode.NONE;
            failed |= read.diverging() != null || read.isElsewhere();
            failed |= reader.sendsHighWatermarks() && partition.lacksHighWatermark(read.highWatermark());
            failed |= reader.isForFollower() && partition.lacksLogStart(read.logStartOffset());
            if (reader.isForFollower() && !reader.isInSync(partition)) set.isOutOfSync();
        }
        // what is sent has its next turn after the others
        for (PartitionRead each : found) if (each.sizeBytes() == 0) note(each);
        for (PartitionRead each : found)
            if (each.sizeBytes() > 0) each.partition().lookAgain();
        return true;
    }

    /// The next look may be skipped only if the partition reports when it is due again. It does not for records that
    /// were there and did not fit.
    private void note(PartitionRead read) {
        FetchedPartition partition = read.partition();
        Partition watchable = reader.find(partition.key());
        if (read.error() != ErrorCode.NONE
                || reader.hasMore(read)
                || read.diverging() != null
                || read.isElsewhere()
                || watchable == null
                || !partition.isWatching(watchable)) partition.lookAgain();
        else if (reader.isForFollower()) partition.offsetsMoved();
    }

    private void waitAtMost(long nanos) {
        if (deadline - begunNanos > nanos) deadline = begunNanos + nanos;
    }

    /// A topic that is named by an id is found first: an id without a topic is unknown, to every consumer. All ids are
    /// denied to a follower without its right.
    private boolean mayRead(FetchedPartition.Key key) {
        if (!call.hasRestrictedTopics()) return true;
        if (version < TOPIC_IDS_SINCE) return call.mayRead(key.topic());
        String topic = reader.topicName(key);
        return topic == null ? !reader.isForFollower() : call.mayRead(topic);
    }

    /// Has `wake` run, on any thread, whenever a partition moves from now on, and looks again: what moved before was
    /// not announced.
    Look watch(Runnable wake) {
        FetchSet set = set();
        if (set == null) return Look.ENOUGH;
        watch(set, wake);
        return look();
    }

    private void watch(FetchSet set, Runnable wake) {
        set.waiting(wake);
        if (watchNumber == 0) watchNumber = reader.elections().watch(wake);
        // Partitions whose look is not due are watched already.
        set.due().forEach(this::watch);
    }

    private void watch(FetchedPartition partition) {
        Partition watchable = reader.find(partition.key());
        if (watchable != null) partition.watch(watchable, reader.isForFollower(), reader.sendsHighWatermarks());
    }

    /// After a wake-up.
    Look lookAgain() {
        FetchSet set = set();
        return set == null || set.isAnyDue() || leadsMore() ? look() : Look.NOT_YET;
    }

    void unwatch() {
        FetchSet set = set();
        if (set != null) set.waiting(null);
        if (watchNumber != 0) reader.elections().unwatch(watchNumber);
        watchNumber = 0;
    }

    /// Time that the client still waits.
    long patienceNanos() {
        return deadline - clock.nanos();
    }

    WaitCounts waits() {
        return sessions.waits(reader.follower() != null);
    }

    /// Waits for the disk where it must, and until there are `min.bytes` to send or the client's patience ends; for
    /// virtual threads.
    public void await() {
        FetchSet set = set();
        if (set == null) return;
        lookAt(set);
        if (isEnough()) return;
        Thread self = Thread.currentThread();
        WaitCounts waits = waits();
        waits.begin();
        try {
            watch(set, () -> LockSupport.unpark(self));
            lookAt(set);
            while (!satisfied() && !cancelled) {
                if (patienceNanos() <= 0) {
                    waits.expire();
                    return;
                }
                if (self.isInterrupted()) return;
                clock.parkUntil(this, deadline);
                if (set.isAnyDue()) lookAt(set);
            }
        } finally {
            waits.end();
            unwatch();
        }
    }

    /// Ends [#await]: the client is gone.
    public void cancel() {
        cancelled = true;
        FetchSet set = set();
        if (set != null) set.wake();
    }

    /// The response; the slices in it belong to the caller from now on. If it cannot be built, they are closed; the
    /// session is free in any case. Empty when the client is gone.
    public FetchResponse response() {
        try {
            if (cancelled) return FetchResponse.builder().build();
            if (waitMillis > 0) return nothing();
            FetchResponse response = switch (opening) {
                case FetchSessions.Opening.Refused(ErrorCode error) ->
                    FetchResponse.builder().errorCode(error.code()).build();
                case FetchSessions.Opening.Full(FetchSet set, FetchSession session) ->
                    response(set, session == null ? 0 : session.id(), true);
                case FetchSessions.Opening.Incremental(FetchSession session) -> response(session, session.id(), false);
            };
            reads = List.of();
            return response;
        } finally {
            end();
        }
    }

    /// As Apache Kafka answers a client that has to wait: a session goes on, and none begins.
    private FetchResponse nothing() {
        return switch (opening) {
            case FetchSessions.Opening.Refused(ErrorCode error) ->
                FetchResponse.builder().errorCode(error.code()).build();
            case FetchSessions.Opening.Full(FetchSet _, FetchSession session) -> {
                if (session != null) sessions.remove(session.id());
                yield FetchResponse.builder().build();
            }
            case FetchSessions.Opening.Incremental(FetchSession session) ->
                FetchResponse.builder().sessionId(session.id()).build();
        };
    }

    /// Closes what no response has taken, and frees the session. Also for a fetch that fails before its response;
    /// the second call does nothing.
    public void end() {
        if (ended) return;
        ended = true;
        discard();
        switch (opening) {
            case FetchSessions.Opening.Refused refused -> {}
            case FetchSessions.Opening.Full(FetchSet set, FetchSession session) -> {
                if (session != null) sessions.release(session);
                else set.close();
            }
            case FetchSessions.Opening.Incremental(FetchSession session) -> sessions.release(session);
        }
    }

    private FetchResponse response(FetchSet set, int sessionId, boolean everything) {
        var topics = new ArrayList<FetchableTopicResponse>();
        List<PartitionData> current = List.of();
        var leaders = new KnownLeaders.Addresses();
        FetchedPartition.@Nullable Key last = null;
        for (PartitionRead read : reads) {
            FetchedPartition partition = read.partition();
            boolean news = partition.tell(read.highWatermark(), read.logStartOffset());
            if (!news
                    && !everything
                    && read.sizeBytes() == 0
                    && read.error() == ErrorCode.NONE
                    && read.diverging() == null
                    && !read.isElsewhere()) {
                continue;
            }
            FetchedPartition.Key key = partition.key();
            if (last == null
                    || !last.topic().equals(key.topic())
                    || !last.topicId().equals(key.topicId())) {
                current = new ArrayList<>();
                topics.add(new FetchableTopicResponse(key.topic(), key.topicId(), current));
                last = key;
            }
            current.add(data(read, leaders));
        }
        if (reader.isForFollower() && !everything) addOffsets(set, topics);
        for (PartitionRead read : reads) if (read.sizeBytes() > 0) sent(set, read);
        return FetchResponse.builder()
                .sessionId(sessionId)
                .responses(topics)
                .nodeEndpoints(addresses(leaders))
                .build();
    }

    /// High watermarks and log starts that moved without a record: a follower learns of them with the next answer.
    private void addOffsets(FetchSet set, List<FetchableTopicResponse> topics) {
        Map<FetchedPartition.Key, List<PartitionData>> byTopic = new LinkedHashMap<>();
        for (FetchedPartition each : set.takeOffsetsDue()) {
            // one whose look is due is read by the next fetch
            Partition watched = each.lookDue() ? null : each.watched();
            if (watched == null
                    || !each.tell(watched.highWatermark(), watched.log().logStartOffset())) continue;
            PartitionRead read = PartitionRead.empty(each, watched, null, PartitionRead.NO_REPLICA);
            var topic =
                    new FetchedPartition.Key(each.key().topicId(), each.key().topic(), 0);
            byTopic.computeIfAbsent(topic, _ -> new ArrayList<>()).add(data(read, new KnownLeaders.Addresses()));
        }
        byTopic.forEach(
                (topic, added) -> topics.add(new FetchableTopicResponse(topic.topic(), topic.topicId(), added)));
    }

    private static List<NodeEndpoint> addresses(KnownLeaders.Addresses leaders) {
        if (leaders.all().isEmpty()) return List.of();
        var endpoints = new ArrayList<NodeEndpoint>();
        for (KnownLeaders.Address each : leaders.all())
            endpoints.add(new NodeEndpoint(each.id(), each.host(), each.port(), each.rack()));
        return endpoints;
    }

    private void sent(FetchSet set, PartitionRead read) {
        set.moveToEnd(read.partition());
        Partition partition = reader.find(read.partition().key());
        if (partition != null) reader.sent(partition, read.sizeBytes());
    }

    private PartitionData data(PartitionRead read, KnownLeaders.Addresses leaders) {
        LogSlice slice = read.slice();
        EpochEndOffset diverging = read.diverging();
        List<AbortedTransaction> aborted = read.aborted();
        PartitionData.Builder data = PartitionData.builder()
                .partitionIndex(read.partition().key().index())
                .errorCode(read.error().code())
                .highWatermark(read.highWatermark())
                .lastStableOffset(read.lastStableOffset())
                .logStartOffset(read.logStartOffset())
                .records(slice == null ? RecordData.EMPTY : new FileRecords(slice));
        if (aborted != null) {
            data.abortedTransactions(aborted.stream()
                    .map(each -> new FetchResponse.AbortedTransaction(each.producerId(), each.firstOffset()))
                    .toList());
        }
        if (diverging != null && version >= DIVERGING_EPOCH_SINCE) {
            data.divergingEpoch(new FetchResponse.EpochEndOffset(diverging.leaderEpoch(), diverging.endOffset()));
        }
        if (read.isElsewhere()) data.preferredReadReplica(read.preferredReplica());
        if (version >= CURRENT_LEADER_SINCE
                && (read.error() == ErrorCode.NOT_LEADER_OR_FOLLOWER
                        || read.error() == ErrorCode.FENCED_LEADER_EPOCH)) {
            KnownLeaders.Leader leader = reader.leader(read.partition().key(), leaders);
            data.currentLeader(new LeaderIdAndEpoch(leader.id(), leader.epoch()));
        }
        return data.build();
    }

    private void discard() {
        for (PartitionRead read : reads) read.discard();
        reads = List.of();
        readBytes = 0;
        failed = false;
    }
}
