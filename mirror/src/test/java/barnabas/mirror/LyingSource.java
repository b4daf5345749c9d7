package barnabas.mirror;

import barnabas.metadata.access.Acl;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.DescribeAclsResponse;
import barnabas.protocol.message.DescribeAclsResponse.AclDescription;
import barnabas.protocol.message.DescribeAclsResponse.DescribeAclsResource;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsResponse;
import barnabas.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import barnabas.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.MetadataResponse.MetadataResponseBroker;
import barnabas.protocol.message.MetadataResponse.MetadataResponsePartition;
import barnabas.protocol.message.MetadataResponse.MetadataResponseTopic;
import barnabas.protocol.message.RequestHeader;
import barnabas.protocol.message.ResponseHeader;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntSupplier;

/// A source that is no cluster: one topic of one partition, and what a test has it say about them.
final class LyingSource implements AutoCloseable {
    static final String TOPIC = "lie";
    static final Uuid ID = new Uuid(3, 4);

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    /// Socket of a second broker, which metadata names from the moment on that it knows settings of the topic.
    private final ServerSocket second = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    volatile Map<String, String> secondKnows = Map.of();
    /// Overrides of the topic, as the first broker says.
    volatile Map<String, String> firstKnows = Map.of();

    /// Users who may read the topic, as the first broker and the second one say.
    volatile List<String> firstReaders = List.of();

    volatile List<String> secondReaders = List.of();
    private final IntSupplier leader;
    private final Function<FetchRequest, PartitionData> records;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    final List<FetchRequest> fetches = new CopyOnWriteArrayList<>();
    /// Fetch session that answers name; 0 for none.
    volatile int sessionId;
    /// The next request in a session is answered that there is none.
    volatile boolean forgetsSession;
    /// When each fetch came.
    final List<Long> fetchNanos = new CopyOnWriteArrayList<>();

    /// @param leader id of the broker that metadata names as the leader
    /// @param records answers of fetches
    LyingSource(IntSupplier leader, Function<FetchRequest, PartitionData> records) throws IOException {
        this.leader = leader;
        this.records = records;
        Thread.ofVirtual().start(() -> accept(server));
        Thread.ofVirtual().start(() -> accept(second));
    }

    void endSecond() throws IOException {
        second.close();
        for (Socket each : connections) if (each.getLocalPort() == second.getLocalPort()) each.close();
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void accept(ServerSocket server) {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket, server == second));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket, boolean bySecond) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                var bytes = ByteBuffer.wrap(frame);
                var api = ApiKey.of(bytes.getShort(0));
                short version = bytes.getShort(2);
                var reader = new MessageReader(bytes);
                var header = RequestHeader.read(reader, api.requestHeaderVersion(version));
                ResponseMessage answer = answer(Messages.readRequest(api, reader, version), bySecond);
                socket.getOutputStream().write(frame(api, version, header.correlationId(), answer));
            }
        } catch (IOException e) {
            // the mirror has gone
        }
    }

    private static byte[] frame(ApiKey api, short version, int correlationId, ResponseMessage body) {
        var header = new ResponseHeader(correlationId);
        short headerVersion = api.responseHeaderVersion(version);
        int size = header.sizeBytes(headerVersion) + body.sizeBytes(version);
        var frame = ByteBuffer.allocate(4 + size).putInt(size);
        var writer = new BufferWriter(frame);
        header.write(writer, headerVersion);
        body.write(writer, version);
        return frame.array();
    }

    private ResponseMessage answer(RequestMessage request, boolean bySecond) throws IOException {
        return switch (request.apiKey()) {
            case API_VERSIONS -> versions();
            case METADATA -> metadata();
            case DESCRIBE_CONFIGS -> configs((DescribeConfigsRequest) request, bySecond ? secondKnows : firstKnows);
            case DESCRIBE_ACLS -> readers(bySecond ? secondReaders : firstReaders);
            case FETCH -> {
                fetchNanos.add(System.nanoTime());
                var fetch = (FetchRequest) request;
                fetches.add(fetch);
                if (forgetsSession && fetch.sessionEpoch() > 0) {
                    forgetsSession = false;
                    yield FetchResponse.builder()
                            .errorCode(ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code())
                            .build();
                }
                yield FetchResponse.builder()
                        .sessionId(sessionId)
                        .responses(List.of(FetchableTopicResponse.builder()
                                .topic(TOPIC)
                                .topicId(ID)
                                .partitions(List.of(records.apply(fetch)))
                                .build()))
                        .build();
            }
            default -> throw new IOException("not asked for: " + request.apiKey());
        };
    }

    private static ResponseMessage versions() {
        var ranges = new ArrayList<ApiVersionsResponse.ApiVersion>();
        for (ApiKey each : ApiKey.values())
            ranges.add(
                    new ApiVersionsResponse.ApiVersion(each.id(), each.lowestVersion(), each.highestStableVersion()));
        return ApiVersionsResponse.builder().apiKeys(ranges).build();
    }

    private ResponseMessage metadata() {
        int id = leader.getAsInt();
        var brokers = new ArrayList<MetadataResponseBroker>();
        brokers.add(new MetadataResponseBroker(id, "127.0.0.1", server.getLocalPort(), null));
        if (!secondKnows.isEmpty())
            brokers.add(new MetadataResponseBroker(id + 1, "127.0.0.1", second.getLocalPort(), null));
        return MetadataResponse.builder()
                .brokers(brokers)
                .clusterId("lies")
                .controllerId(id)
                .topics(List.of(MetadataResponseTopic.builder()
                        .name(TOPIC)
                        .topicId(ID)
                        .partitions(List.of(MetadataResponsePartition.builder()
                                .partitionIndex(0)
                                .leaderId(id)
                                .leaderEpoch(1)
                                .replicaNodes(List.of(id))
                                .isrNodes(List.of(id))
                                .build()))
                        .build()))
                .build();
    }

    private static ResponseMessage readers(List<String> users) {
        var acls = users.stream()
                .map(each -> new AclDescription("User:" + each, "*", Acl.READ, Acl.ALLOW))
                .toList();
        return DescribeAclsResponse.builder()
                .resources(List.of(new DescribeAclsResource(Acl.TOPIC, TOPIC, Acl.LITERAL, acls)))
                .build();
    }

    private static ResponseMessage configs(DescribeConfigsRequest request, Map<String, String> known) {
        var results = new ArrayList<DescribeConfigsResult>();
        request.resources()
                .forEach(each -> results.add(DescribeConfigsResult.builder()
                        .resourceType(each.resourceType())
                        .resourceName(each.resourceName())
                        .configs(known.entrySet().stream()
                                .map(config -> DescribeConfigsResourceResult.builder()
                                        .name(config.getKey())
                                        .value(config.getValue())
                                        .configSource((byte) 1)
                                        .build())
                                .toList())
                        .build()));
        return DescribeConfigsResponse.builder().results(results).build();
    }

    @Override
    public void close() throws IOException {
        server.close();
        second.close();
        for (Socket each : connections) each.close();
    }
}
