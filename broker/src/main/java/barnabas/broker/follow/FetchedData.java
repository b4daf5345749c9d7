package barnabas.broker.follow;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.config.ReplicationConfig.FollowerFetch;
import barnabas.log.AppendResult;
import barnabas.log.EpochEndOffset;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.ListOffsetsResponse.ListOffsetsPartitionResponse;
import barnabas.replication.throttle.ReplicationThrottle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Handling of a source's answer for one replica: append, truncate, wait and try again, or leave the replica out
/// because its disk has failed. A replica never stops the others.
///
/// Owner: the fetcher's thread, and the peer's event loop while that waits for an answer.
final class FetchedData {
    private static final Logger LOG = LoggerFactory.getLogger(FetchedData.class);

    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long UNKNOWN = -1;
    /// The first version of ListOffsets with leader epochs.
    private static final short LIST_OFFSETS_VERSION_MAX = 7;
    /// Records of one answer that an event loop appends: less than a producer's request may bring.
    private static final int LOOP_BYTES_MAX = 256 << 10;
    /// Time that an answer should take at most on an event loop.
    private static final long LOOP_NANOS_MAX = 10_000_000;
    /// Time for which nothing is appended on event loops after an answer took longer: the disk is slow.
    private static final long SLOW_NANOS = 1_000_000_000;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private record Received(Followed replica, PartitionData data) {}

    private final FollowerFetch config;
    private final ReplicationThrottle throttle;
    private final Clock clock;
    /// Parts of the last answer that are not taken yet. At most one for each replica.
    private final Deque<Received> received = new ArrayDeque<>();
    private int receivedBytes;
    private long loopFromNanos;
    private final List<Followed> appended = new ArrayList<>();
    private final List<ReplicaKey> failed = new ArrayList<>();

    FetchedData(FollowerFetch config, ReplicationThrottle throttle, Clock clock) {
        this.config = config;
        this.throttle = throttle;
        this.clock = clock;
        this.loopFromNanos = clock.nanos();
    }

    void receive(Followed replica, PartitionData data) {
        received.add(new Received(replica, data));
        receivedBytes += records(data).remaining();
    }

    /// Takes what was received, as far as an event loop may: nothing of it waits for a disk to be forced, a
    /// truncation or another request.
    ///
    /// @return true when nothing is left to do with this answer
    boolean takeOnLoop() {
        long begun = clock.nanos();
        if (receivedBytes > LOOP_BYTES_MAX || begun - loopFromNanos < 0) return false;
        while (!received.isEmpty()) {
            if (!takeOnLoop(received.getFirst())) return false;
            received.removeFirst();
        }
        receivedBytes = 0;
        noteTime(begun);
        for (Followed each : appended) if (!each.replica.isDurable()) return false;
        appended.clear();
        return true;
    }

    private boolean takeOnLoop(Received next) {
        Followed replica = next.replica;
        PartitionData data = next.data;
        boolean plain = data.errorCode() == 0
                && data.divergingEpoch().epoch() < 0
                && data.logStartOffset() <= replica.replica.startOffset();
        if (!plain) return false;
        ByteBuffer batches = records(data);
        if (batches.hasRemaining()) {
            AppendResult result = replica.replica.appendOnLoop(batches, replica.leaderEpoch);
            if (result instanceof AppendResult.TakesLong) return false;
            count(replica, batches);
            if (!noteResult(replica, result)) return true;
        }
        succeeded(replica, data);
        return true;
    }

    /// Takes what was received and is not taken yet, and waits until the journal has it: the next fetch says to the
    /// leader that it is safe here.
    void takeAll(Peer peer) {
        long begun = clock.nanos();
        for (Received next = received.poll(); next != null; next = received.poll()) take(next.replica, next.data, peer);
        receivedBytes = 0;
        noteTime(begun);
        awaitDurable();
    }

    private void noteTime(long begunNanos) {
        long now = clock.nanos();
        if (now - begunNanos > LOOP_NANOS_MAX) loopFromNanos = now + SLOW_NANOS;
    }

    /// Replicas of the last answer whose disk has failed: nothing more is fetched for them.
    List<ReplicaKey> failed() {
        List<ReplicaKey> found = List.copyOf(failed);
        failed.clear();
        return found;
    }

    private void take(Followed replica, PartitionData data, Peer peer) {
        try {
            ErrorCode error = ErrorCode.of(data.errorCode());
            if (error == ErrorCode.NONE) take(replica, data);
            else if (error == ErrorCode.OFFSET_OUT_OF_RANGE) findPlace(replica, peer);
            else later(replica, "the leader answers " + error);
        } catch (IOException e) {
            diskFailed(replica, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Followed replica, PartitionData data) throws IOException {
        if (data.divergingEpoch().epoch() >= 0) {
            // before anything of this answer counts as committed here
            var end = new EpochEndOffset(
                    data.divergingEpoch().epoch(), data.divergingEpoch().endOffset());
            LOG.info(
                    "{} diverges from its leader after offset {} of epoch {}",
                    replica,
                    end.endOffset(),
                    end.leaderEpoch());
            boolean _ = replica.replica.truncate(replica.leaderEpoch, end);
            return;
        }
        ByteBuffer batches = records(data);
        if (batches.hasRemaining()) {
            count(replica, batches);
            if (!noteResult(replica, replica.replica.append(batches, replica.leaderEpoch))) return;
        }
        succeeded(replica, data);
    }

    private static ByteBuffer records(PartitionData data) {
        return data.records() instanceof RecordData.InMemory(ByteBuffer batches) ? batches : NOTHING;
    }

    private void count(Followed replica, ByteBuffer batches) {
        throttle.count(replica.key.topicId(), replica.key.index(), batches.remaining());
    }

    private static void succeeded(Followed replica, PartitionData data) {
        replica.succeeded();
        replica.replica.leaderIsAt(replica.leaderEpoch, data.highWatermark(), data.logStartOffset());
    }

    private boolean noteResult(Followed replica, AppendResult result) {
        if (result instanceof AppendResult.Appended) {
            appended.add(replica);
            return true;
        }
        // The leadership changed meanwhile: a command about it is on its way.
        if (result instanceof AppendResult.Fenced) return false;
        if (result instanceof AppendResult.StorageFailed(IOException cause)) diskFailed(replica, cause);
        else later(replica, "what the leader sent cannot be appended: " + result);
        return false;
    }

    private void diskFailed(Followed replica, IOException cause) {
        if (replica.replica.partition().log().failure().isPresent()) {
            LOG.error("{} stopped following its leader: its disk has failed", replica, cause);
            failed.add(replica.key);
        } else {
            // a full disk, or a journal that is behind
            later(replica, cause.toString());
        }
    }

    private void later(Followed replica, String problem) {
        if (replica.beginsToFail(config.backoffMillis()))
            LOG.warn("{} cannot follow, and tries again: {}", replica, problem);
        replica.waitUntil(clock.nanos() + TimeUnit.MILLISECONDS.toNanos(replica.pauseMillis()));
    }

    /// The leader does not have the offset that was asked for.
    private void findPlace(Followed replica, Peer peer) throws IOException, InterruptedException {
        long own = replica.replica.endOffset();
        long end = ask(replica, peer, LATEST);
        if (end == UNKNOWN) {
            later(replica, "the leader does not tell the end of its log");
            return;
        }
        if (end < own) {
            LOG.warn("{} is longer than the log of its leader, {} and {}", replica, own, end);
            boolean _ = replica.replica.truncateTo(replica.leaderEpoch, end);
            return;
        }
        long start = ask(replica, peer, EARLIEST);
        if (start > own) {
            boolean _ = replica.replica.startOver(replica.leaderEpoch, start);
        } else {
            later(replica, "the leader had no records at offset " + own);
        }
    }

    private long ask(Followed replica, Peer peer, long which) throws InterruptedException {
        String topic = replica.replica.partition().topicPartition().topic();
        var request = ListOffsetsRequest.builder()
                .replicaId(replica.self())
                .topics(List.of(new ListOffsetsTopic(
                        topic, List.of(new ListOffsetsPartition(replica.key.index(), replica.leaderEpoch, which)))))
                .build();
        var outcome = new OneOutcome();
        peer.send(request, LIST_OFFSETS_VERSION_MAX, Deadline.inMillis(config.socketTimeoutMillis(), clock), outcome);
        if (!(outcome.await() instanceof PeerOutcome.Answered(var response, short version))) return UNKNOWN;
        for (var answered : ((ListOffsetsResponse) response).topics())
            for (ListOffsetsPartitionResponse each : answered.partitions())
                if (each.errorCode() == 0) return each.offset();
        return UNKNOWN;
    }

    /// One group commit mostly does for all.
    private void awaitDurable() {
        long deadline = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(config.socketTimeoutMillis());
        for (Followed each : appended) {
            if (each.replica.awaitDurable(deadline)) continue;
            if (each.replica.partition().log().failure().isPresent()) failed.add(each.key);
            else later(each, "its journal does not write");
        }
        appended.clear();
    }
}
