package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeLogDirsRequest;
import barnabas.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import barnabas.protocol.message.DescribeLogDirsResponse;
import barnabas.protocol.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import barnabas.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import barnabas.protocol.message.DescribeLogDirsResponse.DescribeLogDirsTopic;
import barnabas.replication.LocalPartitions;
import barnabas.replication.placement.UnusableDirectories.Unusable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Returns sizes and free space of this broker's directories (KIP-113, KIP-827). Reads the disk, so it runs on a
/// virtual thread.
public final class P35DescribeLogDirs implements BlockingApi<DescribeLogDirsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE);

    private static final long UNKNOWN_BYTES = -1;

    private final List<LogDirectory> directories;
    private final List<Unusable> unusable;
    private final Predicate<LogDirectory> cordoned;

    public P35DescribeLogDirs(LocalPartitions partitions, Predicate<LogDirectory> cordoned) {
        this.directories = partitions.directories();
        this.unusable = partitions.homes().unusable();
        this.cordoned = cordoned;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_LOG_DIRS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeLogDirsRequest request, Call call) {
        Set<TopicPartition> wanted = wanted(request.topics());
        var results = new ArrayList<DescribeLogDirsResult>();
        for (LogDirectory each : directories) results.add(describe(each, wanted));
        for (Unusable each : unusable)
            results.add(result(each.path())
                    .errorCode(ErrorCode.KAFKA_STORAGE_ERROR.code())
                    .build());
        return DescribeLogDirsResponse.builder().results(List.copyOf(results)).build();
    }

    /// Null stands for all.
    private static @Nullable Set<TopicPartition> wanted(@Nullable List<DescribableLogDirTopic> topics) {
        if (topics == null) return null;
        var wanted = new HashSet<TopicPartition>();
        for (DescribableLogDirTopic topic : topics) {
            for (int index : topic.partitions()) wanted.add(new TopicPartition(topic.topic(), index));
        }
        return wanted;
    }

    private static DescribeLogDirsResult.Builder result(Path path) {
        return DescribeLogDirsResult.builder()
                .logDir(path.toAbsolutePath().toString())
                .totalBytes(UNKNOWN_BYTES)
                .usableBytes(UNKNOWN_BYTES);
    }

    private DescribeLogDirsResult describe(LogDirectory directory, @Nullable Set<TopicPartition> wanted) {
        var answer = result(directory.path()).isCordoned(cordoned.test(directory));
        if (directory.failure().isPresent()) {
            return answer.errorCode(ErrorCode.KAFKA_STORAGE_ERROR.code()).build();
        }
        try {
            answer.totalBytes(directory.totalBytes()).usableBytes(directory.usableBytes());
        } catch (IOException e) {
            return answer.errorCode(ErrorCode.KAFKA_STORAGE_ERROR.code()).build();
        }
        Map<String, List<DescribeLogDirsPartition>> topics = new TreeMap<>();
        for (PartitionLog log : directory.logs()) {
            TopicPartition name = log.partition();
            if (wanted != null && !wanted.contains(name)) continue;
            // no replica lags behind itself
            topics.computeIfAbsent(name.topic(), topic -> new ArrayList<>())
                    .add(new DescribeLogDirsPartition(name.partition(), log.sizeBytes(), 0, false));
        }
        for (PartitionLog copy : directory.futureLogs()) {
            TopicPartition name = copy.partition();
            if (wanted != null && !wanted.contains(name)) continue;
            topics.computeIfAbsent(name.topic(), topic -> new ArrayList<>())
                    .add(new DescribeLogDirsPartition(name.partition(), copy.sizeBytes(), lagOf(copy), true));
        }
        var described = new ArrayList<DescribeLogDirsTopic>();
        topics.forEach((name, partitions) -> described.add(new DescribeLogDirsTopic(name, partitions)));
        return answer.topics(described).build();
    }

    /// Number of records that a copy on its way here lacks.
    private long lagOf(PartitionLog copy) {
        for (LogDirectory directory : directories) {
            var original = directory.log(copy.partition());
            if (original.isPresent()) return Math.max(0, original.get().logEndOffset() - copy.logEndOffset());
        }
        return 0;
    }
}
