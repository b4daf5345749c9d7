package barnabas.client;

import barnabas.base.Deadline;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A client's view of a cluster: who its brokers are, who leads what, and one connection per broker and lane. Shared
/// by a producer, a consumer and admin calls, from any thread.
public final class Cluster implements AutoCloseable {
    private static final Duration BACKOFF_FIRST = Duration.ofMillis(50);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(1);

    /// Answers on a connection come in order, so what waits long has a connection of its own.
    public enum Lane {
        /// Produce, admin calls, metadata.
        CALLS,
        /// Fetches, which may wait for records.
        FETCHES,
        /// Group membership: joins wait for the other members.
        GROUPS
    }

    /// Kind of coordinator.
    public enum Coordinator {
        GROUP(0),
        TRANSACTION(1),
        SHARE(2);

        private final byte keyType;

        Coordinator(int keyType) {
            this.keyType = (byte) keyType;
        }
    }

    private record LaneKey(int brokerId, Lane lane) {}

    /// One connection, opened at the first use and again when it broke.
    private static final class Slot {
        final ReentrantLock opening = new ReentrantLock();
        volatile @Nullable Connection connection;
    }

    private final List<Address> bootstrap;
    private final ConnectionOptions options;
    private final Duration patience;
    private final RandomGenerator random;
    private final Map<Integer, Address> detours;
    private final ConcurrentHashMap<LaneKey, Slot> slots = new ConcurrentHashMap<>();
    private final Slot bootstrapSlot = new Slot();
    private final ReentrantLock updating = new ReentrantLock();
    private volatile ClusterMetadata metadata = ClusterMetadata.EMPTY;
    private final ClientEnd end;
    private volatile Consumer<String> onDelay = reason -> {};

    /// @param patience how long retries go on before a call fails (`default.api.timeout.ms`)
    public Cluster(List<Address> bootstrap, ConnectionOptions options, Duration patience, RandomGenerator random) {
        this(bootstrap, options, patience, random, Map.of());
    }

    /// @param detours addresses by broker id that are better than those that the brokers advertise
    public Cluster(
            List<Address> bootstrap,
            ConnectionOptions options,
            Duration patience,
            RandomGenerator random,
            Map<Integer, Address> detours) {
        this.bootstrap = List.copyOf(bootstrap);
        this.options = options;
        this.end = new ClientEnd(options.clock());
        this.patience = patience;
        this.random = random;
        this.detours = Map.copyOf(detours);
    }

    public ConnectionOptions options() {
        return options;
    }

    /// Reports why calls and fetches are tried again, once a wait has lasted for about a second.
    ///
    /// @param report called by any thread
    public void onDelay(Consumer<String> report) {
        onDelay = report;
    }

    /// Something that is tried again until it works.
    public Delay delay() {
        return new Delay(reason -> onDelay.accept(reason), options.clock()::nanos);
    }

    /// A deadline for a call that begins now.
    public Deadline deadline() {
        return Deadline.in(patience, options.clock());
    }

    /// Metadata known now; sends no request.
    public ClusterMetadata metadata() {
        return metadata;
    }

    /// Any broker. The first use connects to the bootstrap addresses in their order, each tried once.
    public Connection any() throws ClientException {
        for (var broker : metadata.brokers().values()) {
            var slot = slots.get(new LaneKey(broker.id(), Lane.CALLS));
            var connection = slot == null ? null : slot.connection;
            if (connection != null && connection.isOpen()) return connection;
        }
        var connection = bootstrapSlot.connection;
        if (connection != null && connection.isOpen()) return connection;
        bootstrapSlot.opening.lock();
        try {
            connection = bootstrapSlot.connection;
            if (connection != null && connection.isOpen()) return connection;
            return openAny();
        } finally {
            bootstrapSlot.opening.unlock();
        }
    }

    /// Known brokers come after the configured addresses: the known ones may all have moved (KIP-899).
    private Connection openAny() throws ClientException {
        ConnectionException first = null;
        for (Address address : bootstrap) {
            try {
                return opened(bootstrapSlot, address);
            } catch (ConnectionException e) {
                if (first == null) first = e;
            }
        }
        for (var broker : metadata.brokers().values()) {
            if (bootstrap.contains(broker.address())) continue;
            try {
                return opened(bootstrapSlot, broker.address());
            } catch (ConnectionException e) {
                if (first == null) first = e;
            }
        }
        throw first == null ? new StoppedException("no address to connect to") : first;
    }

    /// The connection to a broker by its id.
    public Connection broker(int id, Lane lane) throws ClientException {
        var slot = slots.computeIfAbsent(new LaneKey(id, lane), key -> new Slot());
        var connection = slot.connection;
        if (connection != null && connection.isOpen()) return connection;
        slot.opening.lock();
        try {
            connection = slot.connection;
            if (connection != null && connection.isOpen()) return connection;
            var broker = metadata.brokers().get(id);
            if (broker == null) {
                throw new RequestFailedException(
                        "broker " + id, ErrorCode.BROKER_NOT_AVAILABLE, "it is not in the cluster");
            }
            // The connection that metadata came over is as good as a new one to the same broker.
            var known = bootstrapSlot.connection;
            if (lane == Lane.CALLS
                    && known != null
                    && known.isOpen()
                    && known.address().equals(broker.address())) {
                slot.connection = known;
                return known;
            }
            return opened(slot, broker.address());
        } finally {
            slot.opening.unlock();
        }
    }

    private Connection opened(Slot slot, Address address) throws ClientException {
        if (isClosed()) throw new StoppedException("the client is closed");
        var connection = Connection.open(address, options);
        Connection before = slot.connection;
        slot.connection = connection;
        if (before != null) before.retire();
        if (isClosed()) {
            connection.close();
            throw new StoppedException("the client is closed");
        }
        return connection;
    }

    /// Requests the metadata of topics; of all topics when `topics` is null.
    ///
    /// @return the answer itself, with an error per topic that has one
    public MetadataResponse refresh(@Nullable Collection<String> topics, boolean allowAutoCreate)
            throws ClientException {
        var connection = any();
        // Version 0 takes the empty list for all topics.
        boolean all = topics == null && connection.version(ApiKey.METADATA) > 0;
        var request = MetadataRequest.builder()
                .topics(
                        all
                                ? null
                                : (topics == null ? List.<String>of() : topics)
                                        .stream()
                                                .map(name -> MetadataRequest.MetadataRequestTopic.builder()
                                                        .name(name)
                                                        .build())
                                                .toList())
                .allowAutoTopicCreation(allowAutoCreate || connection.version(ApiKey.METADATA) < 4)
                .build();
        var response = connection.call(request, MetadataResponse.class);
        updating.lock();
        try {
            metadata = (topics == null ? metadata.withoutTopics() : metadata).updatedBy(response, detours);
        } finally {
            updating.unlock();
        }
        return response;
    }

    /// A topic as last seen, asked for when it is not known yet.
    ///
    /// @throws RequestFailedException UNKNOWN_TOPIC_OR_PARTITION and what else brokers say of topics
    public Topic topic(String name) throws ClientException {
        var known = metadata.topics().get(name);
        return known != null ? known : refreshTopic(name, false);
    }

    /// Requests the metadata of a topic.
    public Topic refreshTopic(String name, boolean allowAutoCreate) throws ClientException {
        var response = refresh(List.of(name), allowAutoCreate);
        for (var each : response.topics()) {
            if (!name.equals(each.name())) continue;
            if (each.errorCode() != 0) throw new RequestFailedException("topic '" + name + "'", each.errorCode(), null);
        }
        var topic = metadata.topics().get(name);
        if (topic == null) {
            throw new RequestFailedException("topic '" + name + "'", ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null);
        }
        return topic;
    }

    /// The broker that leads a partition.
    ///
    /// @throws RequestFailedException LEADER_NOT_AVAILABLE, UNKNOWN_TOPIC_OR_PARTITION
    public int leaderId(TopicPartition partition) throws ClientException {
        var partitions = topic(partition.topic()).partitions();
        if (partition.partition() < 0 || partition.partition() >= partitions.size()) {
            throw new RequestFailedException(
                    "partition " + partition,
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "the topic has " + partitions.size() + " partitions");
        }
        int leader = partitions.get(partition.partition()).leaderId();
        if (leader < 0) {
            throw new RequestFailedException("partition " + partition, ErrorCode.LEADER_NOT_AVAILABLE, null);
        }
        return leader;
    }

    public Connection leader(TopicPartition partition, Lane lane) throws ClientException {
        return broker(leaderId(partition), lane);
    }

    /// Asks who coordinates a group or a transactional id, and connects to it.
    public Connection coordinator(Coordinator kind, String key, Lane lane) throws ClientException {
        var connection = any();
        boolean batched = connection.version(ApiKey.FIND_COORDINATOR) >= 4;
        var request = FindCoordinatorRequest.builder();
        if (batched) request.keyType(kind.keyType).coordinatorKeys(List.of(key));
        else request.keyType(kind.keyType).key(key);
        var response = connection.call(request.build(), FindCoordinatorResponse.class);
        var what = "coordinator of '" + key + "'";
        if (!batched) {
            if (response.errorCode() != 0) {
                throw new RequestFailedException(what, response.errorCode(), response.errorMessage());
            }
            return brokerOrRefresh(response.nodeId(), lane);
        }
        if (response.coordinators().isEmpty()) {
            throw new RequestFailedException(what, ErrorCode.COORDINATOR_NOT_AVAILABLE, "the answer is empty");
        }
        var found = response.coordinators().getFirst();
        if (found.errorCode() != 0) throw new RequestFailedException(what, found.errorCode(), found.errorMessage());
        return brokerOrRefresh(found.nodeId(), lane);
    }

    private Connection brokerOrRefresh(int id, Lane lane) throws ClientException {
        if (!metadata.brokers().containsKey(id)) refresh(List.of(), false);
        return broker(id, lane);
    }

    /// The id of the broker at an address, -1 when it is none of the cluster's.
    public int brokerId(Address address) {
        for (var broker : metadata.brokers().values()) {
            if (broker.address().equals(address)) return broker.id();
        }
        return -1;
    }

    /// The broker that admin calls which change the cluster are sent to. Any broker of a KRaft cluster
    /// forwards them.
    public Connection controller() throws ClientException {
        return any();
    }

    /// One try at something.
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws ClientException;
    }

    /// Tries until it works, the error is none that time heals, or the deadline has passed.
    public <T> T retrying(Deadline deadline, Attempt<T> attempt) throws ClientException {
        return retrying(deadline, BACKOFF_FIRST, attempt);
    }

    /// As [#retrying(Deadline, Attempt)].
    ///
    /// @param first pause before the second try
    public <T> T retrying(Deadline deadline, Duration first, Attempt<T> attempt) throws ClientException {
        Backoff backoff = backoff(first);
        Delay delay = delay();
        while (true) {
            try {
                return attempt.run();
            } catch (RequestFailedException e) {
                if (!e.error().retriable() || deadline.passed()) throw e;
                delay.failed(e.getMessage());
            } catch (ConnectionException e) {
                boolean hopeless = e.isHopeless() || e.kind() == ConnectionException.Kind.MALFORMED;
                if (hopeless || isClosed() || deadline.passed()) throw e;
                delay.failed(e.getMessage());
            }
            backoff.pause(deadline);
        }
    }

    /// Pauses for tries that the caller makes.
    public Backoff backoff(Duration first) {
        return new Backoff(first, BACKOFF_MAX, random, end);
    }

    private boolean isClosed() {
        return end.hasCome();
    }

    /// Closes all connections. Calls that wait end with an exception.
    @Override
    public void close() {
        end.come();
        var connection = bootstrapSlot.connection;
        if (connection != null) connection.close();
        for (var slot : slots.values()) {
            connection = slot.connection;
            if (connection != null) connection.close();
        }
    }
}
