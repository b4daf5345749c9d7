package barnabas.sim;

import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One client program: a connection to each node, one thread that asks and waits. An answer that does not come in time
/// costs the connection, as with real clients.
final class Client {
    static final long TIMEOUT_NANOS = 3_000_000_000L;
    private static final long RETRY_NANOS = 100_000_000;
    private static final int HEADER_BYTES_MAX = 64;

    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final Findings findings;
    private final int nodes;
    private final SplittableRandom random;
    private final Map<Integer, ClientLink> links = new HashMap<>();
    private final Map<String, Integer> leaders = new HashMap<>();
    private final Map<String, Integer> coordinators = new HashMap<>();
    private int correlation;

    Client(SimulatedNetwork network, SimulatedProcess process, Findings findings, int nodes, SplittableRandom random) {
        this.network = network;
        this.process = process;
        this.findings = findings;
        this.nodes = nodes;
        this.random = random;
    }

    SplittableRandom random() {
        return random;
    }

    SimulatedProcess process() {
        return process;
    }

    /// The run of a node, see [SimulatedNetwork#runOf].
    String runOf(int nodeId) {
        return network.runOf(nodeId);
    }

    int anyNode() {
        return 1 + random.nextInt(nodes);
    }

    void pause() {
        process.pause(RETRY_NANOS / 2 + random.nextLong(RETRY_NANOS));
    }

    /// Sends a request and waits for its answer; null when none came.
    <R extends ResponseMessage> @Nullable R ask(int nodeId, int version, RequestMessage request, Class<R> type) {
        int sent = send(nodeId, version, request);
        if (sent < 0) return null;
        return receive(nodeId, version, request.apiKey(), sent, type);
    }

    /// The correlation id, -1 when there is no connection.
    int send(int nodeId, int version, RequestMessage request) {
        ClientLink link = links.get(nodeId);
        if (link == null || !link.isOpen()) {
            link = network.connect(process, nodeId);
            if (link == null) return -1;
            links.put(nodeId, link);
        }
        int id = ++correlation;
        link.send(encode(id, (short) version, request));
        return id;
    }

    /// Waits for the answer to the oldest request that has none yet.
    <R extends ResponseMessage> @Nullable R receive(int nodeId, int version, ApiKey key, int sent, Class<R> type) {
        ClientLink link = links.get(nodeId);
        if (link == null) return null;
        byte[] frame = link.receive(process.nanos() + TIMEOUT_NANOS);
        if (frame == null) {
            close(nodeId);
            return null;
        }
        var reader = new MessageReader(ByteBuffer.wrap(frame));
        int answered = reader.int32();
        if (answered != sent) {
            findings.violation("n" + nodeId + " answered request " + answered + " instead of " + sent);
            close(nodeId);
            return null;
        }
        if (key.responseHeaderVersion((short) version) > 0) reader.skip(1);
        return type.cast(Messages.readResponse(key, reader, (short) version));
    }

    void close(int nodeId) {
        ClientLink link = links.remove(nodeId);
        if (link != null) link.close();
    }

    static byte[] encode(int correlation, short version, RequestMessage request) {
        ApiKey key = request.apiKey();
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES_MAX + request.sizeBytes(version));
        frame.putShort(key.id()).putShort(version).putInt(correlation);
        var writer = new BufferWriter(frame);
        writer.string("sim", false);
        if (key.isFlexible(version)) writer.unsignedVarint(0);
        request.write(writer, version);
        var bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    // ---- places

    @Nullable
    MetadataResponse metadata(int nodeId) {
        var request = MetadataRequest.builder()
                .topics(null)
                .allowAutoTopicCreation(false)
                .build();
        return ask(nodeId, 12, request, MetadataResponse.class);
    }

    /// The node that leads a partition, 0 when it is not known.
    int leader(Partition partition) {
        Integer known = leaders.get(partition.name());
        if (known != null) return known;
        MetadataResponse metadata = metadata(anyNode());
        if (metadata == null) return 0;
        for (var topic : metadata.topics()) {
            for (var each : topic.partitions()) {
                if (each.leaderId() > 0)
                    leaders.put(
                            new Partition(String.valueOf(topic.name()), each.partitionIndex()).name(), each.leaderId());
            }
        }
        return leaders.getOrDefault(partition.name(), 0);
    }

    void forgetLeader(Partition partition) {
        leaders.remove(partition.name());
    }

    /// @param keyType 0 for a group, 1 for a transactional id
    /// @return 0 when it is not known
    int coordinator(int keyType, String key) {
        Integer known = coordinators.get(key);
        if (known != null) return known;
        var request = FindCoordinatorRequest.builder()
                .keyType((byte) keyType)
                .coordinatorKeys(List.of(key))
                .build();
        FindCoordinatorResponse found = ask(anyNode(), 4, request, FindCoordinatorResponse.class);
        if (found == null || found.coordinators().getFirst().errorCode() != 0) return 0;
        int node = found.coordinators().getFirst().nodeId();
        coordinators.put(key, node);
        return node;
    }

    void forgetCoordinator(String key) {
        coordinators.remove(key);
    }

    /// Tries again until it works or there is no more time.
    boolean retry(long deadlineNanos, BooleanSupplier attempt) {
        while (process.nanos() < deadlineNanos) {
            if (attempt.getAsBoolean()) return true;
            pause();
        }
        return false;
    }
}
