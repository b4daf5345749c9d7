package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.RequestContext;
import barnabas.coordination.VirtualClock;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import com.yammer.metrics.core.MetricsRegistry;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.coordinator.common.runtime.CoordinatorExecutor;
import org.apache.kafka.coordinator.common.runtime.CoordinatorResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorTimer;
import org.apache.kafka.coordinator.group.GroupConfigManager;
import org.apache.kafka.coordinator.group.GroupCoordinatorConfig;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.GroupCoordinatorShard;
import org.apache.kafka.coordinator.group.metrics.GroupCoordinatorMetrics;
import org.apache.kafka.coordinator.group.modern.share.ShareGroupConfig;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.timeline.SnapshotRegistry;

/// Apache Kafka's own group coordinator shard, the oracle: called in this process, with the parts that surround
/// it in a broker (timer, executor, log) played here.
final class KafkaDriver implements GroupDriver {
    private record Stored(
            org.apache.kafka.coordinator.common.runtime.CoordinatorRecord record, long producerId, short epoch) {}

    private record Due(
            long deadline,
            CoordinatorTimer.TimeoutOperation<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord>
                    operation) {}

    private final VirtualClock clock = new VirtualClock();
    private final Map<String, ?> properties;
    private final GroupCoordinatorRecordSerde serde = new GroupCoordinatorRecordSerde();
    private final List<Object> log = new ArrayList<>();
    private final List<CoordinatorRecord> appended = new ArrayList<>();
    private final Map<String, Due> timers = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Map<String, Object> scheduledTasks = new HashMap<>();
    private SnapshotRegistry snapshots = new SnapshotRegistry(new LogContext());
    private KafkaTopics topics = new KafkaTopics(FixedTopics.NONE);
    private GroupCoordinatorShard shard;
    private Errors nextFailure = Errors.NONE;

    /// @param properties broker configuration by official names
    KafkaDriver(Map<String, ?> properties) {
        this.properties = properties;
        this.shard = empty();
        shard.onLoaded(topics);
    }

    private GroupCoordinatorShard empty() {
        snapshots = new SnapshotRegistry(new LogContext());
        timers.clear();
        tasks.clear();
        var config =
                new GroupCoordinatorConfig(new AbstractConfig(GroupCoordinatorConfig.CONFIG_DEF, properties, false));
        var groupConfigs = new GroupConfigManager(config, ShareGroupConfig.fromProps(Map.of()));
        var builder = new GroupCoordinatorShard.Builder(config, groupConfigs);
        builder.withAuthorizerPlugin(Optional.empty());
        builder.withLogContext(new LogContext())
                .withTime(new VirtualTime())
                .withTimer(new Timer())
                .withExecutor(new Executor())
                .withCoordinatorMetrics(new GroupCoordinatorMetrics(new MetricsRegistry(), new Metrics()))
                .withTopicPartition(new TopicPartition("__consumer_offsets", 0))
                .withSnapshotRegistry(snapshots);
        return builder.build();
    }

    private final class VirtualTime implements Time {
        @Override
        public long milliseconds() {
            return clock.millis();
        }

        @Override
        public long nanoseconds() {
            return clock.nanos();
        }

        @Override
        public void sleep(long millis) {
            throw new UnsupportedOperationException();
        }
    }

    private final class Timer
            implements CoordinatorTimer<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord> {
        @Override
        public void schedule(
                String key,
                long delay,
                TimeUnit unit,
                boolean retry,
                TimeoutOperation<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord> operation) {
            timers.remove(key);
            timers.put(key, new Due(clock.elapsedMillis() + unit.toMillis(delay), operation));
        }

        @Override
        public void schedule(
                String key,
                long delay,
                TimeUnit unit,
                boolean retry,
                long retryBackoff,
                TimeoutOperation<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord> operation) {
            schedule(key, delay, unit, retry, operation);
        }

        @Override
        public void scheduleIfAbsent(
                String key,
                long delay,
                TimeUnit unit,
                boolean retry,
                TimeoutOperation<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord> operation) {
            if (!timers.containsKey(key)) schedule(key, delay, unit, retry, operation);
        }

        @Override
        public void cancel(String key) {
            timers.remove(key);
        }

        @Override
        public boolean isScheduled(String key) {
            return timers.containsKey(key);
        }
    }

    /// Runs a task when the request that asked for it is through.
    private final class Executor
            implements CoordinatorExecutor<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord> {
        @Override
        public <R> boolean schedule(
                String key,
                TaskRunnable<R> task,
                TaskOperation<org.apache.kafka.coordinator.common.runtime.CoordinatorRecord, R> operation) {
            if (scheduledTasks.putIfAbsent(key, task) != null) return false;
            tasks.add(() -> {
                if (!scheduledTasks.remove(key, task)) return;
                R result = null;
                Throwable failure = null;
                try {
                    result = task.run();
                } catch (Throwable e) {
                    failure = e;
                }
                R computed = result;
                Throwable thrown = failure;
                write(() -> operation.onComplete(computed, thrown), done -> {}, error -> {});
            });
            return true;
        }

        @Override
        public boolean isScheduled(String key) {
            return scheduledTasks.containsKey(key);
        }

        @Override
        public void cancel(String key) {
            scheduledTasks.remove(key);
        }
    }

    private record Caller(RequestContext context) implements AuthorizableRequestContext {
        @Override
        public String listenerName() {
            return "PLAINTEXT";
        }

        @Override
        public SecurityProtocol securityProtocol() {
            return SecurityProtocol.PLAINTEXT;
        }

        @Override
        public KafkaPrincipal principal() {
            return KafkaPrincipal.ANONYMOUS;
        }

        @Override
        public InetAddress clientAddress() {
            return InetAddress.ofLiteral("127.0.0.1");
        }

        @Override
        public int requestType() {
            return 0;
        }

        @Override
        public int requestVersion() {
            return context.apiVersion();
        }

        @Override
        public String clientId() {
            return context.clientId();
        }

        @Override
        public int correlationId() {
            return 0;
        }
    }

    // ---- writes

    private <R> void write(
            Supplier<CoordinatorResult<R, org.apache.kafka.coordinator.common.runtime.CoordinatorRecord>> operation,
            Consumer<R> done,
            Consumer<Errors> failed) {
        write(operation, -1, (short) -1, done, failed);
    }

    private <R> void write(
            Supplier<CoordinatorResult<R, org.apache.kafka.coordinator.common.runtime.CoordinatorRecord>> operation,
            long producerId,
            short producerEpoch,
            Consumer<R> done,
            Consumer<Errors> failed) {
        long before = log.size();
        snapshots.idempotentCreateSnapshot(before);
        CoordinatorResult<R, org.apache.kafka.coordinator.common.runtime.CoordinatorRecord> result;
        try {
            result = operation.get();
        } catch (RuntimeException e) {
            Errors error = Errors.forException(e);
            if (error == Errors.UNKNOWN_SERVER_ERROR) throw e;
            failed.accept(error);
            return;
        }
        if (!result.records().isEmpty() && nextFailure != Errors.NONE) {
            Errors failure = nextFailure;
            nextFailure = Errors.NONE;
            snapshots.revertToSnapshot(before);
            if (result.appendFuture() != null) result.appendFuture().completeExceptionally(failure.exception());
            failed.accept(failure);
            return;
        }
        for (var record : result.records()) {
            var stored = new Stored(record, producerId, producerEpoch);
            if (result.replayRecords()) shard.replay(log.size(), producerId, producerEpoch, record);
            log.add(stored);
            appended.add(toOurs(record));
        }
        if (result.appendFuture() != null) result.appendFuture().complete(null);
        done.accept(result.response());
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
    }

    private CoordinatorRecord toOurs(org.apache.kafka.coordinator.common.runtime.CoordinatorRecord record) {
        byte[] value = serde.serializeValue(record);
        CoordinatorRecord ours = GroupRecords.decode(
                ByteBuffer.wrap(serde.serializeKey(record)), value == null ? null : ByteBuffer.wrap(value));
        if (ours == null) throw new AssertionError("a record that we do not know: " + record);
        return ours;
    }

    private <R> void writeOrSay(
            Supplier<CoordinatorResult<R, org.apache.kafka.coordinator.common.runtime.CoordinatorRecord>> operation,
            Consumer<R> done,
            BiConsumer<Errors, String> failed) {
        var said = new String[1];
        write(
                () -> {
                    try {
                        return operation.get();
                    } catch (RuntimeException e) {
                        said[0] = e.getMessage();
                        throw e;
                    }
                },
                done,
                error -> failed.accept(error, said[0]));
    }

    // ---- requests

    @Override
    public void send(RequestContext context, RequestMessage request, Consumer<Object> reply) {
        var caller = new Caller(context);
        short version = context.apiVersion();
        switch (request) {
            case JoinGroupRequest join
            when !join.memberId().isEmpty() && isEmptyConsumerGroup(join.groupId()) ->
                // It would forget the group, epoch and all, without a record, and then say just this.
                reply.accept(barnabas.coordination.groups.classic.JoinGroup.refusal(
                        ErrorCode.UNKNOWN_MEMBER_ID, join.memberId()));
            case JoinGroupRequest join -> {
                var future = new CompletableFuture<JoinGroupResponseData>();
                var _ = future.thenAccept(
                        answer -> reply.accept(KafkaMessages.toOurs(answer, (short) 9, JoinGroupResponse::read)));
                var kafkas = KafkaMessages.toKafka(join, (short) 9, JoinGroupRequestData::new);
                write(
                        () -> shard.classicGroupJoin(caller, kafkas, future, false),
                        done -> {},
                        error -> future.complete(new JoinGroupResponseData()
                                .setErrorCode(error.code())
                                .setMemberId(join.memberId())));
            }
            case SyncGroupRequest sync -> {
                var future = new CompletableFuture<SyncGroupResponseData>();
                var _ = future.thenAccept(
                        answer -> reply.accept(KafkaMessages.toOurs(answer, (short) 5, SyncGroupResponse::read)));
                var kafkas = KafkaMessages.toKafka(sync, (short) 5, SyncGroupRequestData::new);
                write(
                        () -> shard.classicGroupSync(caller, kafkas, future),
                        done -> {},
                        error -> future.complete(new SyncGroupResponseData().setErrorCode(error.code())));
            }
            case HeartbeatRequest heartbeat -> {
                Consumer<HeartbeatResponseData> answer =
                        data -> reply.accept(KafkaMessages.toOurs(data, (short) 4, HeartbeatResponse::read));
                var kafkas = KafkaMessages.toKafka(heartbeat, (short) 4, HeartbeatRequestData::new);
                write(
                        () -> shard.classicGroupHeartbeat(caller, kafkas),
                        answer,
                        error -> answer.accept(new HeartbeatResponseData().setErrorCode(error.code())));
            }
            case LeaveGroupRequest leave -> {
                Consumer<LeaveGroupResponseData> answer =
                        data -> reply.accept(KafkaMessages.toOurs(data, (short) 5, LeaveGroupResponse::read));
                var kafkas = KafkaMessages.toKafka(leave, (short) 5, LeaveGroupRequestData::new);
                write(
                        () -> shard.classicGroupLeave(caller, kafkas),
                        answer,
                        error -> answer.accept(KafkaMessages.leaveFailed(kafkas, error)));
            }
            case OffsetCommitRequest commit -> {
                var kafkas = KafkaMessages.toKafka(commit, version, OffsetCommitRequestData::new);
                fillInNames(kafkas);
                write(
                        () -> shard.commitOffset(caller, kafkas),
                        data -> reply.accept(KafkaMessages.toOurs(data, version, OffsetCommitResponse::read)),
                        error -> reply.accept(barnabas.coordination.groups.offsets.CommitOffsets.refusal(
                                commit, ErrorCode.of(commitError(error).code()))));
            }
            case TxnOffsetCommitRequest commit -> {
                var kafkas = KafkaMessages.toKafka(commit, version, TxnOffsetCommitRequestData::new);
                write(
                        () -> shard.commitTransactionalOffset(caller, kafkas),
                        commit.producerId(),
                        commit.producerEpoch(),
                        data -> reply.accept(KafkaMessages.toOurs(data, version, TxnOffsetCommitResponse::read)),
                        error -> reply.accept(barnabas.coordination.groups.offsets.CommitOffsets.refusal(
                                commit, ErrorCode.of(commitError(error).code()))));
            }
            case OffsetDeleteRequest delete -> {
                Consumer<OffsetDeleteResponseData> answer =
                        data -> reply.accept(KafkaMessages.toOurs(data, (short) 0, OffsetDeleteResponse::read));
                var kafkas = KafkaMessages.toKafka(delete, (short) 0, OffsetDeleteRequestData::new);
                write(
                        () -> shard.deleteOffsets(caller, kafkas),
                        answer,
                        error -> answer.accept(new OffsetDeleteResponseData()
                                .setErrorCode(commitError(error).code())));
            }
            case OffsetFetchRequest fetch -> fetch(version, fetch, reply);
            case ListGroupsRequest list -> {
                var groups = shard.listGroups(list.statesFilter(), list.typesFilter(), Long.MAX_VALUE);
                reply.accept(KafkaMessages.toOurs(
                        new ListGroupsResponseData().setGroups(groups), (short) 5, ListGroupsResponse::read));
            }
            case DescribeGroupsRequest describe -> {
                var groups = shard.describeGroups(caller, describe.groups(), Long.MAX_VALUE);
                reply.accept(KafkaMessages.toOurs(
                        new DescribeGroupsResponseData().setGroups(groups), (short) 6, DescribeGroupsResponse::read));
            }
            case DeleteGroupsRequest delete ->
                write(
                        () -> shard.deleteGroups(caller, delete.groupsNames()),
                        results -> reply.accept(KafkaMessages.toOurs(
                                new DeleteGroupsResponseData().setResults(results),
                                (short) 3,
                                DeleteGroupsResponse::read)),
                        error -> {
                            throw new AssertionError(error);
                        });
            case ConsumerGroupHeartbeatRequest heartbeat -> {
                Consumer<ConsumerGroupHeartbeatResponseData> answer = data ->
                        reply.accept(KafkaMessages.toOurs(data, (short) 1, ConsumerGroupHeartbeatResponse::read));
                var kafkas = KafkaMessages.toKafka(heartbeat, (short) 1, ConsumerGroupHeartbeatRequestData::new);
                writeOrSay(
                        () -> shard.consumerGroupHeartbeat(caller, kafkas),
                        answer,
                        (error, message) -> answer.accept(new ConsumerGroupHeartbeatResponseData()
                                .setErrorCode(commitError(error).code())
                                .setErrorMessage(message)));
            }
            case ConsumerGroupDescribeRequest describe -> {
                var groups = shard.consumerGroupDescribe(describe.groupIds(), Long.MAX_VALUE);
                reply.accept(KafkaMessages.toOurs(
                        new ConsumerGroupDescribeResponseData().setGroups(groups),
                        (short) 1,
                        ConsumerGroupDescribeResponse::read));
            }
            default -> throw new IllegalArgumentException("no such request in a script: " + request);
        }
    }

    /// The broker around the shard does this.
    private void fillInNames(OffsetCommitRequestData request) {
        for (var topic : request.topics()) {
            topics.topicMetadata(topic.topicId()).ifPresent(known -> topic.setName(known.name()));
            topics.topicMetadata(topic.name()).ifPresent(known -> topic.setTopicId(known.id()));
        }
    }

    /// The service around the shard does this.
    private static Errors commitError(Errors error) {
        return switch (error) {
            case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, REQUEST_TIMED_OUT -> Errors.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> Errors.NOT_COORDINATOR;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE -> Errors.INVALID_COMMIT_OFFSET_SIZE;
            default -> error;
        };
    }

    private void fetch(short version, OffsetFetchRequest request, Consumer<Object> reply) {
        var kafkas = KafkaMessages.toKafka(request, version, OffsetFetchRequestData::new);
        var groups = new ArrayList<OffsetFetchResponseData.OffsetFetchResponseGroup>();
        for (var group : kafkas.groups()) {
            if (version >= 10 && group.topics() != null) {
                for (var topic : group.topics()) {
                    topics.topicMetadata(topic.topicId()).ifPresent(known -> topic.setName(known.name()));
                }
            }
            try {
                // The newest state means a stable one to Kafka; anything goes in a committed one.
                snapshots.idempotentCreateSnapshot(log.size());
                groups.add(shard.fetchOffsets(group, request.requireStable() ? Long.MAX_VALUE : log.size()));
            } catch (RuntimeException e) {
                groups.add(new OffsetFetchResponseData.OffsetFetchResponseGroup()
                        .setGroupId(group.groupId())
                        .setErrorCode(Errors.forException(e).code()));
            }
        }
        reply.accept(KafkaMessages.toOurs(
                new OffsetFetchResponseData().setGroups(groups), version, OffsetFetchResponse::read));
    }

    @Override
    public void endTransaction(long producerId, short producerEpoch, boolean commit) {
        if (nextFailure != Errors.NONE) {
            nextFailure = Errors.NONE;
            return;
        }
        TransactionResult result = commit ? TransactionResult.COMMIT : TransactionResult.ABORT;
        snapshots.idempotentCreateSnapshot(log.size());
        shard.replayEndTransactionMarker(producerId, producerEpoch, result);
        log.add(new Object[] {producerId, producerEpoch, result});
    }

    private boolean isEmptyConsumerGroup(String groupId) {
        snapshots.idempotentCreateSnapshot(log.size());
        var described =
                shard.consumerGroupDescribe(List.of(groupId), log.size()).get(0);
        return described.errorCode() == 0 && described.groupState().equals("Empty");
    }

    // ---- the world around

    @Override
    public void advance(long millis) {
        long end = clock.elapsedMillis() + millis;
        while (true) {
            String first = null;
            long deadline = Long.MAX_VALUE;
            for (var entry : timers.entrySet()) {
                if (entry.getValue().deadline < deadline) {
                    first = entry.getKey();
                    deadline = entry.getValue().deadline;
                }
            }
            if (first == null || deadline > end) break;
            clock.advance(Math.max(0, deadline - clock.elapsedMillis()));
            Due due = timers.remove(first);
            write(due.operation::generateRecords, done -> {}, error -> {});
        }
        clock.advance(end - clock.elapsedMillis());
    }

    @Override
    public void topics(FixedTopics newTopics) {
        var after = new KafkaTopics(newTopics);
        var delta = new KafkaTopics.Delta(topics, after);
        topics = after;
        shard.onMetadataUpdate(delta, after);
    }

    @Override
    public void topicsDeleted(List<String> names) {
        var deleted = names.stream()
                .map(name ->
                        new GroupCoordinatorShard.DeletedTopic(KafkaMessages.toKafka(FixedTopics.idOf(name)), name))
                .toList();
        write(() -> shard.onTopicsDeleted(deleted), done -> {}, error -> {});
    }

    @Override
    public void failNext(ErrorCode error) {
        nextFailure = Errors.forCode(error.code());
    }

    @Override
    public void restart() {
        shard.onUnloaded();
        shard = empty();
        long offset = 0;
        for (Object stored : log) {
            if (stored instanceof Stored(var record, long producerId, short epoch)) {
                shard.replay(offset, producerId, epoch, record);
            } else if (stored instanceof Object[] marker) {
                shard.replayEndTransactionMarker((long) marker[0], (short) marker[1], (TransactionResult) marker[2]);
            }
            offset++;
        }
        shard.onLoaded(topics);
    }

    @Override
    public List<CoordinatorRecord> appended() {
        var since = List.copyOf(appended);
        appended.clear();
        return since;
    }
}
