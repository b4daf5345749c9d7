package barnabas.registry;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Change;
import barnabas.client.admin.TopicAdmin;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.transcripts.Command;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A producer of single batches, whose answers are shown with all their record errors.
public final class SchemaProducer implements AutoCloseable {
    private static final short ACKS_ALL = -1;
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Cluster cluster;

    public SchemaProducer(RegistryNode node) {
        cluster = node.cluster();
    }

    /// Plays `topic NAME K=V...`, `alter NAME K=V...`, `produce TOPIC CODEC VALUE...` and `keyed TOPIC KEY...`.
    public List<String> answersTo(Command command) {
        List<String> words = command.arguments();
        List<String> rest = words.subList(1, words.size());
        try {
            return switch (command.name()) {
                case "topic" -> topic(words.getFirst(), rest);
                case "alter" -> alter(words.getFirst(), rest);
                case "produce" -> produce(words.getFirst(), rest.getFirst(), rest.subList(1, rest.size()), false);
                case "keyed" -> produce(words.getFirst(), "none", rest, true);
                default -> throw new IllegalArgumentException(command.name());
            };
        } catch (RequestFailedException e) {
            return List.of(e.error().name());
        } catch (ClientException e) {
            return List.of("failed: " + e.getMessage());
        }
    }

    private List<String> topic(String name, List<String> settings) throws ClientException {
        var configs = new TreeMap<String, String>();
        for (String each : settings) configs.put(each.split("=", 2)[0], each.split("=", 2)[1]);
        new TopicAdmin(cluster).create(name, 1, 1, configs, false);
        return List.of("ok");
    }

    private List<String> alter(String name, List<String> settings) throws ClientException {
        var changes = new ArrayList<Change>();
        for (String each : settings) changes.add(new Change.Set(each.split("=", 2)[0], each.split("=", 2)[1]));
        new ConfigAdmin(cluster).alter(new ConfigAdmin.Resource(ConfigAdmin.ResourceType.TOPIC, name), changes, false);
        return List.of("ok");
    }

    private List<String> produce(String topic, String codec, List<String> texts, boolean keys) throws ClientException {
        var batch = new RecordBatchBuilder(Compression.of(CompressionCodec.valueOf(codec.toUpperCase(Locale.ROOT))));
        for (String each : texts)
            batch.append(1_700_000_000_000L, keys ? bytes(each) : null, keys ? null : bytes(each));
        PartitionProduceResponse answer = answer(topic, batch.build());
        ErrorCode error = ErrorCode.of(answer.errorCode());
        if (error == ErrorCode.NONE) return List.of("ok");
        if (answer.recordErrors().isEmpty()) return List.of(error + " " + answer.errorMessage());
        var lines = new ArrayList<String>();
        for (var each : answer.recordErrors())
            lines.add((lines.isEmpty() ? error + " " : "") + each.batchIndex() + ": " + each.batchIndexErrorMessage());
        return lines;
    }

    private PartitionProduceResponse answer(String name, ByteBuffer batch) throws ClientException {
        return cluster.retrying(cluster.deadline(), () -> {
            Topic topic = cluster.topic(name);
            var data = new PartitionProduceData(0, RecordData.of(batch.duplicate()));
            var request = ProduceRequest.builder()
                    .acks(ACKS_ALL)
                    .timeoutMs(TIMEOUT_MILLIS)
                    .topicData(List.of(new TopicProduceData(topic.name(), topic.id(), List.of(data))))
                    .build();
            ProduceResponse response =
                    cluster.leader(new TopicPartition(name, 0), Lane.CALLS).call(request, ProduceResponse.class);
            return response.responses().getFirst().partitionResponses().getFirst();
        });
    }

    private static byte @Nullable [] bytes(String text) {
        if (text.equals("null")) return null;
        if (text.startsWith("raw:")) return text.substring(4).getBytes(StandardCharsets.UTF_8);
        String[] parts = text.split(":", -1);
        byte[] body = HexFormat.of().parseHex(parts[1]);
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(Integer.parseInt(parts[0]))
                .put(body)
                .array();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
