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
import barnabas.protocol.message.FetchResponse.EpochEndOffset;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.PartitionData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Planted bugs of followers that do not look at the epoch of an answer, or take its parts in the wrong order. One for
/// each run of a node; what it remembers of one leader it mixes up with what another one says.
final class PlantedFollower {
    private static final PeerOutcome LATE = new PeerOutcome.Disconnected(true, "the answer is late");
    private static final long LATE_NANOS = 300_000_000;
    private static final int LATE_ONE_IN = 8;
    private static final EpochEndOffset NO_DIVERGENCE = new EpochEndOffset(-1, -1);

    private record Key(Uuid topicId, int index) {}

    /// Records that a leader sent for an offset.
    private record Sent(int epoch, RecordData records) {}

    /// A place to part from a leader at.
    private record Parting(int epoch, EpochEndOffset at) {}

    private final Plant plant;
    private final SimulatedProcess run;
    private final SplittableRandom random;
    private final Map<Key, Map<Long, Sent>> sent = new HashMap<>();
    private final Map<Key, Parting> partings = new HashMap<>();
    private final Set<Key> shownWatermark = new HashSet<>();
    private final Set<Key> answeredEmpty = new HashSet<>();
    /// Epochs without a record that should have gone.
    private final Map<Key, Integer> keptEpochs = new HashMap<>();

    PlantedFollower(Plant plant, SimulatedProcess run, SplittableRandom random) {
        this.plant = plant;
        this.run = run;
        this.random = random;
    }

    SimulatedProcess run() {
        return run;
    }

    Peer around(Peer real) {
        return new Planted(real);
    }

    private final class Planted implements Peer {
        private final Peer real;
        /// Partitions that the session of this way asks for.
        private final Map<Key, FetchPartition> asked = new HashMap<>();

        Planted(Peer real) {
            this.real = real;
        }

        @Override
        public void send(RequestMessage request, short versionMax, Deadline deadline, Consumer<PeerOutcome> done) {
            if (!(request instanceof FetchRequest fetch)) {
                real.send(request, versionMax, deadline, done);
                return;
            }
            for (FetchTopic topic : fetch.topics())
                for (FetchPartition each : topic.partitions())
                    asked.put(new Key(topic.topicId(), each.partition()), each);
            Map<Key, FetchPartition> then = Map.copyOf(asked);
            FetchRequest sending = withEpochs(fetch);
            real.send(sending, versionMax, deadline, outcome -> {
                if (outcome instanceof PeerOutcome.Answered(FetchResponse answer, short version)) {
                    var planted = new PeerOutcome.Answered(changed(answer, then), version);
                    boolean late = plant == Plant.OLD_EPOCH_IS_APPENDED && random.nextInt(LATE_ONE_IN) == 0;
                    if (late) run.after(LATE_NANOS, "late", () -> done.accept(LATE));
                    else done.accept(planted);
                } else done.accept(outcome);
            });
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /// As the node believes its last epochs to be.
    private FetchRequest withEpochs(FetchRequest fetch) {
        var topics = new ArrayList<FetchTopic>();
        for (FetchTopic topic : fetch.topics())
            topics.add(new FetchTopic(
                    topic.topic(),
                    topic.topicId(),
                    topic.partitions().stream()
                            .map(each -> withEpoch(new Key(topic.topicId(), each.partition()), each))
                            .toList()));
        return fetch.toBuilder().topics(topics).build();
    }

    private FetchPartition withEpoch(Key key, FetchPartition asked) {
        int epoch = asked.lastFetchedEpoch();
        if (plant == Plant.LAST_EPOCH_IS_FORGOTTEN && answeredEmpty.contains(key)) epoch = -1;
        if (plant == Plant.EPOCH_STAYS_WHERE_NOTHING_IS_CUT) epoch = keptEpochs.getOrDefault(key, epoch);
        return epoch == asked.lastFetchedEpoch()
                ? asked
                : asked.toBuilder().lastFetchedEpoch(epoch).build();
    }

    private FetchResponse changed(FetchResponse answer, Map<Key, FetchPartition> asked) {
        var topics = new ArrayList<FetchableTopicResponse>();
        for (FetchableTopicResponse topic : answer.responses()) {
            var partitions = new ArrayList<PartitionData>();
            for (PartitionData each : topic.partitions()) {
                var key = new Key(topic.topicId(), each.partitionIndex());
                FetchPartition question = asked.get(key);
                partitions.add(question == null || each.errorCode() != 0 ? each : changed(key, question, each));
            }
            topics.add(topic.toBuilder().partitions(partitions).build());
        }
        return answer.toBuilder().responses(topics).build();
    }

    private PartitionData changed(Key key, FetchPartition asked, PartitionData data) {
        boolean parts = data.divergingEpoch().epoch() >= 0;
        boolean empty = !(data.records() instanceof RecordData.InMemory memory)
                || !memory.buffer().hasRemaining();
        if (empty && !parts) answeredEmpty.add(key);
        else answeredEmpty.remove(key);
        boolean nothingToCut = parts && data.divergingEpoch().endOffset() >= asked.fetchOffset();
        if (nothingToCut) keptEpochs.putIfAbsent(key, asked.lastFetchedEpoch());
        else if (!empty) keptEpochs.remove(key);
        return switch (plant) {
            case OLD_EPOCH_IS_APPENDED -> withOldRecords(key, asked, data, parts || empty);
            case OLD_EPOCH_TRUNCATES -> withOldParting(key, asked, data);
            case WATERMARK_BEFORE_TRUNCATION -> {
                // once with the watermark alone, as if that were taken over first
                if (!parts || !shownWatermark.add(key)) {
                    if (!parts) shownWatermark.remove(key);
                    yield data;
                }
                yield data.toBuilder()
                        .divergingEpoch(NO_DIVERGENCE)
                        .records(null)
                        .build();
            }
            default -> data;
        };
    }

    /// The answer of an earlier leader to the same question, which came late.
    private PartitionData withOldRecords(Key key, FetchPartition asked, PartitionData data, boolean nothing) {
        Map<Long, Sent> before = sent.computeIfAbsent(key, _ -> new HashMap<>());
        Sent old = before.get(asked.fetchOffset());
        if (!nothing && data.records() instanceof RecordData.InMemory memory)
            before.put(asked.fetchOffset(), new Sent(asked.currentLeaderEpoch(), copy(memory)));
        if (nothing || old == null || old.epoch >= asked.currentLeaderEpoch()) return data;
        return data.toBuilder().records(copy((RecordData.InMemory) old.records)).build();
    }

    private static RecordData.InMemory copy(RecordData.InMemory records) {
        var bytes = new byte[records.buffer().remaining()];
        records.buffer().duplicate().get(bytes);
        return new RecordData.InMemory(ByteBuffer.wrap(bytes));
    }

    private PartitionData withOldParting(Key key, FetchPartition asked, PartitionData data) {
        @Nullable Parting old = partings.get(key);
        if (data.divergingEpoch().epoch() >= 0) {
            partings.put(key, new Parting(asked.currentLeaderEpoch(), data.divergingEpoch()));
            return data;
        }
        if (old == null || old.epoch >= asked.currentLeaderEpoch()) return data;
        partings.remove(key);
        return data.toBuilder().divergingEpoch(old.at).records(null).build();
    }
}
