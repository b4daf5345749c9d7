package barnabas.client.consumer;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.ConnectionException;
import barnabas.client.Delay;
import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Fetches from one broker, one answer at a time, while the application works on what came before. A thread of
/// its own. Fetches are full ones, without a session (KIP-227): a consumer of few partitions has nothing to
/// save.
final class Fetcher {
    private static final int NO_SESSION = 0;
    private static final int FULL_FETCH_EPOCH = -1;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration ANSWER_GRACE = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final ConsumerOptions options;
    private final int brokerId;
    private final Positions positions;
    private final BlockingQueue<FetchedPartition> results;
    private final Thread thread;
    private final Delay connecting;
    /// Partitions whose last answer was an error that time may heal.
    private final Map<TopicPartition, Delay> delays = new HashMap<>();

    Fetcher(
            Cluster cluster,
            ConsumerOptions options,
            int brokerId,
            Positions positions,
            BlockingQueue<FetchedPartition> results) {
        this.cluster = cluster;
        this.options = options;
        this.brokerId = brokerId;
        this.positions = positions;
        this.results = results;
        this.connecting = cluster.delay();
        this.thread = Thread.ofVirtual().name("fetcher-" + brokerId).unstarted(this::run);
    }

    Fetcher start() {
        thread.start();
        return this;
    }

    /// The consumer's positions are closed before; what hangs on the network is broken off.
    void join() {
        thread.interrupt();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private void run() {
        try {
            while (!positions.closed()) {
                var wanted = positions.take(brokerId, this::leaderId, TimeUnit.SECONDS.toNanos(1));
                if (!wanted.isEmpty()) fetch(wanted);
            }
        } catch (InterruptedException e) {
            // The consumer is closed.
        }
    }

    private int leaderId(TopicPartition partition) {
        var topic = cluster.metadata().topics().get(partition.topic());
        if (topic == null || partition.partition() >= topic.partitions().size()) return -1;
        return topic.partitions().get(partition.partition()).leaderId();
    }

    private void fetch(Map<TopicPartition, Positions.Wanted> wanted) throws InterruptedException {
        try {
            var topicIds = new HashMap<Uuid, String>();
            var request = request(wanted, topicIds);
            var connection = cluster.broker(brokerId, Lane.FETCHES);
            var pending = connection.send(request, FetchResponse.class);
            take(connection.receive(pending, options.fetchWait().plus(ANSWER_GRACE)), wanted, topicIds);
            connecting.over();
        } catch (ConnectionException e) {
            connecting.failed(e.getMessage());
            if (e.isHopeless()) fail(wanted, e);
            else refreshLeaders(wanted);
        } catch (RequestFailedException e) {
            connecting.failed(e.getMessage());
            if (e.error().retriable() || e.error() == ErrorCode.BROKER_NOT_AVAILABLE) refreshLeaders(wanted);
            else fail(wanted, e);
        } catch (ClientException e) {
            positions.giveBack(wanted.values().iterator(), PAUSE_NANOS);
        }
    }

    private void fail(Map<TopicPartition, Positions.Wanted> wanted, ClientException reason)
            throws InterruptedException {
        for (var each : wanted.values()) {
            results.put(new FetchedPartition(
                    each.partition(),
                    each.generation(),
                    List.of(),
                    each.offset(),
                    0,
                    new FetchedPartition.Failure(reason, false)));
        }
    }

    private FetchRequest request(Map<TopicPartition, Positions.Wanted> wanted, Map<Uuid, String> topicIds)
            throws ClientException {
        var byTopic = new TreeMap<String, List<FetchPartition>>();
        for (var each : wanted.values()) {
            byTopic.computeIfAbsent(each.partition().topic(), topic -> new ArrayList<>())
                    .add(FetchPartition.builder()
                            .partition(each.partition().partition())
                            .fetchOffset(each.offset())
                            .partitionMaxBytes(options.partitionBytesMax())
                            .build());
        }
        var topics = new ArrayList<FetchTopic>();
        for (var each : byTopic.entrySet()) {
            var id = cluster.topic(each.getKey()).id();
            topicIds.put(id, each.getKey());
            topics.add(FetchTopic.builder()
                    .topic(each.getKey())
                    .topicId(id)
                    .partitions(each.getValue())
                    .build());
        }
        return FetchRequest.builder()
                .maxWaitMs((int) options.fetchWait().toMillis())
                .minBytes(options.fetchBytesMin())
                .maxBytes(options.fetchBytesMax())
                .isolationLevel(options.isolation().code())
                .sessionId(NO_SESSION)
                .sessionEpoch(FULL_FETCH_EPOCH)
                .topics(topics)
                .build();
    }

    private void take(FetchResponse response, Map<TopicPartition, Positions.Wanted> wanted, Map<Uuid, String> topicIds)
            throws InterruptedException, ClientException {
        var error = ErrorCode.of(response.errorCode());
        if (error != ErrorCode.NONE) throw new RequestFailedException("fetch", error, null);
        var nothing = new HashMap<>(wanted);
        var doubtful = new HashMap<TopicPartition, Positions.Wanted>();
        for (var topic : response.responses()) {
            String name = topic.topic().isEmpty() ? topicIds.get(topic.topicId()) : topic.topic();
            if (name == null) continue;
            for (var data : topic.partitions()) {
                var each = wanted.get(new TopicPartition(name, data.partitionIndex()));
                if (each == null) continue;
                ErrorCode failure = ErrorCode.of(data.errorCode());
                if (movedAway(failure)) {
                    doubtful.put(each.partition(), each);
                    nothing.remove(each.partition());
                    delays.computeIfAbsent(each.partition(), partition -> cluster.delay())
                            .failed(refused(each.partition(), failure).getMessage());
                    continue;
                }
                delays.remove(each.partition());
                var fetched = fetched(each, data);
                boolean empty = fetched.failure() == null && fetched.nextOffset() == each.offset();
                if (empty) continue;
                nothing.remove(each.partition());
                positions.waiting(fetched.bytes());
                results.put(fetched);
            }
        }
        positions.giveBack(nothing.values().iterator(), 0);
        if (!doubtful.isEmpty()) refreshLeaders(doubtful);
    }

    /// Errors that a look at the metadata may cure.
    private static boolean movedAway(ErrorCode error) {
        return error.retriable() && error != ErrorCode.CORRUPT_MESSAGE;
    }

    private static RequestFailedException refused(TopicPartition partition, ErrorCode error) {
        return new RequestFailedException("fetch " + partition, error, null);
    }

    private FetchedPartition fetched(Positions.Wanted wanted, FetchResponse.PartitionData data) {
        var error = ErrorCode.of(data.errorCode());
        int bytes = data.records() == null ? 0 : data.records().sizeBytes();
        if (error != ErrorCode.NONE) {
            return failed(wanted, 0, refused(wanted.partition(), error), error == ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        var reader = new RecordReader(wanted.partition(), options, wanted.offset());
        try {
            if (data.records() instanceof RecordData.InMemory(var buffer)) {
                var aborted = data.abortedTransactions();
                boolean matters = options.isolation() == IsolationLevel.READ_COMMITTED && aborted != null;
                reader.read(buffer, matters && aborted != null ? aborted : List.of());
            }
            return new FetchedPartition(
                    wanted.partition(), wanted.generation(), reader.records(), reader.nextOffset(), bytes, null);
        } catch (RequestFailedException e) {
            return failed(wanted, bytes, e, false);
        }
    }

    private static FetchedPartition failed(
            Positions.Wanted wanted, int bytes, RequestFailedException reason, boolean positionGone) {
        return new FetchedPartition(
                wanted.partition(),
                wanted.generation(),
                List.of(),
                wanted.offset(),
                bytes,
                new FetchedPartition.Failure(reason, positionGone));
    }

    private void refreshLeaders(Map<TopicPartition, Positions.Wanted> wanted) {
        Set<String> topics = new HashSet<>();
        for (var partition : wanted.keySet()) topics.add(partition.topic());
        try {
            cluster.refresh(topics, false);
        } catch (ClientException e) {
            // The next try asks again.
        }
        positions.giveBack(wanted.values().iterator(), PAUSE_NANOS);
    }
}
