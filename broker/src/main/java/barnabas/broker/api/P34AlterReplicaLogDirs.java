package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.directory.LogMove;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterReplicaLogDirsRequest;
import barnabas.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import barnabas.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import barnabas.protocol.message.AlterReplicaLogDirsResponse;
import barnabas.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;
import barnabas.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.ReplicaMoves;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves replicas between this broker's directories (KIP-113). A replica that is where it is wanted stays, and a move
/// away from there ends. Nothing moves to a cordoned directory (KIP-1066).
public final class P34AlterReplicaLogDirs implements BlockingApi<AlterReplicaLogDirsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    private static final Logger LOG = LoggerFactory.getLogger(P34AlterReplicaLogDirs.class);

    private final LocalPartitions partitions;
    private final ClusterMetadata metadata;
    private final List<LogDirectory> directories;
    private final Predicate<LogDirectory> cordoned;
    private final ReplicaMoves moves;

    public P34AlterReplicaLogDirs(
            LocalPartitions partitions,
            ClusterMetadata metadata,
            List<LogDirectory> directories,
            Predicate<LogDirectory> cordoned,
            ReplicaMoves moves) {
        this.partitions = partitions;
        this.metadata = metadata;
        this.directories = directories;
        this.cordoned = cordoned;
        this.moves = moves;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ALTER_REPLICA_LOG_DIRS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(AlterReplicaLogDirsRequest request, Call call) throws InterruptedException {
        // The last directory counts for a replica that is named with several.
        Map<String, Map<Integer, String>> paths = new LinkedHashMap<>();
        for (AlterReplicaLogDir wanted : request.dirs()) {
            for (AlterReplicaLogDirTopic topic : wanted.topics()) {
                var ofTopic = paths.computeIfAbsent(topic.name(), _ -> new LinkedHashMap<>());
                for (int index : topic.partitions()) ofTopic.put(index, wanted.path());
            }
        }
        Map<String, List<AlterReplicaLogDirPartitionResult>> results = new LinkedHashMap<>();
        for (var topic : paths.entrySet()) {
            var ofTopic = results.computeIfAbsent(topic.getKey(), _ -> new ArrayList<>());
            for (var wanted : topic.getValue().entrySet()) {
                ErrorCode error = move(new TopicPartition(topic.getKey(), wanted.getKey()), wanted.getValue());
                ofTopic.add(new AlterReplicaLogDirPartitionResult(wanted.getKey(), error.code()));
            }
        }
        var topics = new ArrayList<AlterReplicaLogDirTopicResult>();
        results.forEach((name, ofTopic) -> topics.add(new AlterReplicaLogDirTopicResult(name, ofTopic)));
        return AlterReplicaLogDirsResponse.builder().results(topics).build();
    }

    private ErrorCode move(TopicPartition name, String path) throws InterruptedException {
        if (!LogMove.canName(name)) return ErrorCode.INVALID_TOPIC_EXCEPTION;
        var target = directories.stream()
                .filter(directory -> isAt(directory.path(), path))
                .findAny();
        if (target.isEmpty()) {
            boolean unusable = partitions.homes().unusable().stream().anyMatch(each -> isAt(each.path(), path));
            return unusable ? ErrorCode.KAFKA_STORAGE_ERROR : ErrorCode.LOG_DIR_NOT_FOUND;
        }
        if (target.get().failure().isPresent()) return ErrorCode.KAFKA_STORAGE_ERROR;
        if (cordoned.test(target.get())) return ErrorCode.INVALID_REPLICA_ASSIGNMENT;
        if (partitions.isOffline(name.topic(), name.partition())) return ErrorCode.KAFKA_STORAGE_ERROR;
        Partition partition = partitions.find(name.topic(), name.partition());
        if (partition == null) return absent(name);
        try {
            moves.move(partition, target.get());
            return ErrorCode.NONE;
        } catch (IOException e) {
            LOG.error("{} cannot move to {}", name, path, e);
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
    }

    private ErrorCode absent(TopicPartition name) {
        return metadata.current()
                .topic(name.topic())
                .filter(topic -> name.partition() >= 0 && name.partition() < topic.partitionCount())
                .map(topic -> ErrorCode.REPLICA_NOT_AVAILABLE)
                .orElse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private static boolean isAt(Path directory, String path) {
        return directory.toAbsolutePath().toString().equals(path);
    }
}
