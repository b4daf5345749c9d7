package barnabas.sim;

import barnabas.base.Deadline;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.RecordData;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.records.BatchCursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Planted bugs of followers: in front of the way to their leader.
final class PlantedPeer implements Peer {
    private static final long APPEND_DELAY_NANOS = 300_000_000;
    private static final int SESSIONLESS = -1;

    private final Plant plant;
    private final Peer real;
    private final SimulatedProcess process;
    /// Offsets that the session of this way asks for: later requests name only what has changed.
    private final Map<Key, Long> asked = new HashMap<>();

    private record Key(Uuid topicId, int index) {}

    PlantedPeer(Plant plant, Peer real, SimulatedProcess process) {
        this.plant = plant;
        this.real = real;
        this.process = process;
    }

    @Override
    public void send(RequestMessage request, short versionMax, Deadline deadline, Consumer<PeerOutcome> done) {
        if (!(request instanceof FetchRequest fetch)) {
            real.send(request, versionMax, deadline, done);
        } else if (plant == Plant.TRUNCATION_LEFT_OUT) {
            real.send(withoutEpochs(fetch), versionMax, deadline, done);
        } else {
            for (FetchTopic topic : fetch.topics())
                for (FetchPartition each : topic.partitions())
                    asked.put(new Key(topic.topicId(), each.partition()), each.fetchOffset());
            Map<Key, Long> then = Map.copyOf(asked);
            real.send(fetch, versionMax, deadline, outcome -> {
                FetchRequest next = outcome instanceof PeerOutcome.Answered(FetchResponse answer, short version)
                        ? following(fetch, answer, then)
                        : null;
                if (next == null) {
                    done.accept(outcome);
                    return;
                }
                real.send(next, versionMax, deadline, _ -> {});
                process.after(APPEND_DELAY_NANOS, "late", () -> done.accept(outcome));
            });
        }
    }

    private @Nullable FetchRequest following(FetchRequest fetch, FetchResponse answer, Map<Key, Long> offsets) {
        return switch (plant) {
            case IN_SYNC_TOO_EARLY -> fetchAtWatermark(fetch, answer);
            case DIVERGED_FOLLOWER_COUNTS -> fetchDiverged(fetch, answer, offsets);
            default -> fetchBehind(fetch, answer);
        };
    }

    /// The same fetch without epochs, of partitions that part from the leader's; null without any.
    private static @Nullable FetchRequest fetchDiverged(
            FetchRequest fetch, FetchResponse answer, Map<Key, Long> offsets) {
        var topics = new ArrayList<FetchTopic>();
        for (var topic : answer.responses()) {
            for (var each : topic.partitions()) {
                Long offset = offsets.get(new Key(topic.topicId(), each.partitionIndex()));
                if (offset != null && each.divergingEpoch().epoch() >= 0)
                    topics.add(at(topic.topicId(), each.partitionIndex(), offset));
            }
        }
        return topics.isEmpty() ? null : sessionless(fetch, topics);
    }

    private static FetchRequest withoutEpochs(FetchRequest fetch) {
        var topics = new ArrayList<FetchTopic>();
        for (FetchTopic topic : fetch.topics())
            topics.add(new FetchTopic(
                    topic.topic(),
                    topic.topicId(),
                    topic.partitions().stream()
                            .map(each -> each.toBuilder().lastFetchedEpoch(-1).build())
                            .toList()));
        return fetch.toBuilder().topics(topics).build();
    }

    /// A fetch from the high watermark on, of partitions that end below it; null without any.
    private static @Nullable FetchRequest fetchAtWatermark(FetchRequest fetch, FetchResponse answer) {
        var topics = new ArrayList<FetchTopic>();
        for (var topic : answer.responses()) {
            for (var each : topic.partitions()) {
                if (!(each.records() instanceof RecordData.InMemory memory)) continue;
                var cursor = new BatchCursor(memory.buffer());
                boolean behind = cursor.next() && cursor.batch().baseOffset() < each.highWatermark();
                if (behind) topics.add(at(topic.topicId(), each.partitionIndex(), each.highWatermark()));
            }
        }
        return topics.isEmpty() ? null : sessionless(fetch, topics);
    }

    private static FetchTopic at(Uuid topicId, int partition, long offset) {
        return new FetchTopic(
                "",
                topicId,
                List.of(FetchPartition.builder()
                        .partition(partition)
                        .currentLeaderEpoch(-1)
                        .fetchOffset(offset)
                        .lastFetchedEpoch(-1)
                        .logStartOffset(-1)
                        .partitionMaxBytes(1)
                        .build()));
    }

    private static FetchRequest sessionless(FetchRequest fetch, List<FetchTopic> topics) {
        return fetch.toBuilder()
                .maxWaitMs(0)
                .sessionId(0)
                .sessionEpoch(SESSIONLESS)
                .topics(topics)
                .forgottenTopicsData(List.of())
                .build();
    }

    /// The fetch that would follow if everything in `answer` were appended; null when there is nothing in it.
    private static @Nullable FetchRequest fetchBehind(FetchRequest fetch, FetchResponse answer) {
        var topics = new ArrayList<FetchTopic>();
        for (var topic : answer.responses()) {
            for (var each : topic.partitions()) {
                if (!(each.records() instanceof RecordData.InMemory memory)) continue;
                long end = -1;
                for (var cursor = new BatchCursor(memory.buffer()); cursor.next(); )
                    end = cursor.batch().nextOffset();
                if (end < 0) continue;
                topics.add(at(topic.topicId(), each.partitionIndex(), end));
            }
        }
        return topics.isEmpty() ? null : sessionless(fetch, topics);
    }

    @Override
    public void close() {
        real.close();
    }
}
