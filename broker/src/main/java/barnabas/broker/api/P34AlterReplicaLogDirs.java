package barnabas.broker.api;

import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.log.LogDirectory;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AlterReplicaLogDirsRequest;
import barnabas.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import barnabas.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import barnabas.protocol.message.AlterReplicaLogDirsResponse;
import barnabas.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;
import barnabas.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Moves replicas between this broker's directories (KIP-113). A replica that is where it is wanted stays; moving one
/// to
/// another directory is refused with INVALID_REQUEST, see GAPS.md.
public final class P34AlterReplicaLogDirs implements Api<AlterReplicaLogDirsRequest> {
    private final LocalPartitions partitions;
    private final List<LogDirectory> directories;

    public P34AlterReplicaLogDirs(LocalPartitions partitions, List<LogDirectory> directories) {
        this.partitions = partitions;
        this.directories = directories;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ALTER_REPLICA_LOG_DIRS;
    }

    @Override
    public void handle(AlterReplicaLogDirsRequest request, Call call) {
        Map<String, List<AlterReplicaLogDirPartitionResult>> results = new LinkedHashMap<>();
        for (AlterReplicaLogDir wanted : request.dirs()) {
            for (AlterReplicaLogDirTopic topic : wanted.topics()) {
                var ofTopic = results.computeIfAbsent(topic.name(), name -> new ArrayList<>());
                for (int index : topic.partitions()) {
                    ErrorCode error = move(topic.name(), index, wanted.path());
                    ofTopic.add(new AlterReplicaLogDirPartitionResult(index, error.code()));
                }
            }
        }
        var topics = new ArrayList<AlterReplicaLogDirTopicResult>();
        results.forEach((name, ofTopic) -> topics.add(new AlterReplicaLogDirTopicResult(name, ofTopic)));
        call.answer(AlterReplicaLogDirsResponse.builder().results(topics).build());
    }

    private ErrorCode move(String topic, int index, String path) {
        var target = directories.stream()
                .filter(directory -> absolute(directory).toString().equals(path))
                .findAny();
        if (target.isEmpty()) return ErrorCode.LOG_DIR_NOT_FOUND;
        if (target.get().failure().isPresent()) return ErrorCode.KAFKA_STORAGE_ERROR;
        Partition partition = partitions.find(topic, index);
        if (partition == null) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        boolean there = absolute(target.get())
                .equals(partition.log().directory().toAbsolutePath().getParent());
        return there ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST;
    }

    private static Path absolute(LogDirectory directory) {
        return directory.path().toAbsolutePath();
    }
}
