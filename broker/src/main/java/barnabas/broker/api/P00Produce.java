package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.cluster.WaitErrors;
import barnabas.broker.leaders.ComingLeader;
import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.produce.AppendThreads;
import barnabas.broker.produce.CurrentLeaders;
import barnabas.broker.produce.LongAppend;
import barnabas.broker.produce.ProducedBatches;
import barnabas.broker.produce.UnverifiedBatch;
import barnabas.broker.produce.WaitingProduce;
import barnabas.broker.produce.WaitingProduce.Pending;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.request.WaitCounts;
import barnabas.broker.transactions.TransactionGate;
import barnabas.broker.validation.GatedAppend;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.AppendResult.RecordError;
import barnabas.log.Verification;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.net.CloseReason;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.message.ProduceResponse.BatchIndexAndErrorMessage;
import barnabas.protocol.message.ProduceResponse.NodeEndpoint;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import barnabas.protocol.message.ProduceResponse.TopicProduceResponse;
import barnabas.replication.LeaderAppend;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionWait;
import barnabas.replication.WaitOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Appends record batches on the event loop, straight from the network buffer. Waits there too: [WaitingProduce].
public final class P00Produce implements Api<ProduceRequest>, MetricSource {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final short ACKS_NONE = 0;
    private static final short ACKS_LEADER = 1;
    private static final short ACKS_ALL = -1;
    /// From this version on topics are named by id (KIP-516).
    /// From this version on an answer names the leader and its address (KIP-951).
    private static final short CURRENT_LEADER_SINCE = 10;

    private final LocalPartitions partitions;
    private final KnownLeaders leaders;
    private final ComingLeader coming;
    private final TransactionGate gate;
    private final AppendThreads appenders;
    private final WaitCounts waits = new WaitCounts();
    private final Clock clock;

    /// @param appenders runs appends that have to wait for a transaction coordinator or take long to check
    public P00Produce(
            LocalPartitions partitions,
            KnownLeaders leaders,
            TransactionGate gate,
            AppendThreads appenders,
            Clock clock) {
        this.partitions = partitions;
        this.leaders = leaders;
        this.coming = new ComingLeader(partitions.brokerId(), leaders::isLedHere, clock);
        this.gate = gate;
        this.appenders = appenders;
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return ApiKey.PRODUCE;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    /// Adds what `append` has to wait for, if anything.
    private static List<Pending> after(
            LeaderAppend append,
            Partition partition,
            short acks,
            int topicIndex,
            int partitionIndex,
            List<Pending> pending) {
        if (acks == ACKS_NONE || !(append instanceof LeaderAppend.Done(AppendResult result, int leaderEpoch)))
            return pending;
        long last = result.lastOffset();
        if (last < 0 || reached(partition, acks) > last) return pending;
        List<Pending> more = pending.isEmpty() ? new ArrayList<>() : pending;
        more.add(new Pending(partition, leaderEpoch, last + 1, topicIndex, partitionIndex));
        return more;
    }

    private static long reached(Partition partition, short acks) {
        return acks == ACKS_ALL ? partition.highWatermark() : partition.log().durableEndOffset();
    }

    private static PartitionWait.Until until(short acks) {
        return acks == ACKS_ALL ? PartitionWait.Until.COMMITTED : PartitionWait.Until.DURABLE;
    }

    @Override
    public void handle(ProduceRequest request, Call call) {
        short acks = request.acks();
        boolean acksValid = acks == ACKS_NONE || acks == ACKS_LEADER || acks == ACKS_ALL;
        ProducedBatches.Refusal whole = ProducedBatches.ofRequest(request);
        if (whole != null) {
            finish(request, refused(request, whole), List.of(), call, true);
            return;
        }
        var topics = new ArrayList<List<PartitionProduceResponse>>(
                request.topicData().size());
        List<UnverifiedBatch> joining = List.of();
        List<LongAppend> longAppends = List.of();
        List<Pending> pending = List.of();
        for (TopicProduceData topic : request.topicData()) {
            var answers = new ArrayList<PartitionProduceResponse>(
                    topic.partitionData().size());
            for (PartitionProduceData data : topic.partitionData()) {
                ByteBuffer batches = ProducedBatches.recordsOf(data);
                Partition partition = call.version() >= CurrentLeaders.TOPIC_IDS_SINCE
                        ? partitions.find(topic.topicId(), data.index())
                        : partitions.find(topic.name(), data.index());
                PartitionProduceResponse refusal = partition == null
                        ? absent(topic, data, call)
                        : refusal(partition, data, batches, acksValid, call.version());
                if (partition == null || refusal != null) {
                    answers.add(refusal == null ? failed(data, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null) : refusal);
                    continue;
                }
                UnverifiedBatch.Entry entry = UnverifiedBatch.entry(partition, batches, gate, call);
                if (entry instanceof UnverifiedBatch.Entry.NeedsVerification(Verification verification)) {
                    if (joining.isEmpty()) joining = new ArrayList<>();
                    joining.add(
                            new UnverifiedBatch(partition, data, batches, verification, topics.size(), answers.size()));
                    answers.add(failed(data, ErrorCode.UNKNOWN_SERVER_ERROR, null));
                    continue;
                }
                boolean open = entry instanceof UnverifiedBatch.Entry.Open;
                LeaderAppend append = open
                        ? partition.appendTransactional(
                                batches, AppendOrigin.CLIENT_ON_LOOP, Verification.NONE, acks == ACKS_ALL)
                        : partition.append(batches, AppendOrigin.CLIENT_ON_LOOP, acks == ACKS_ALL);
                if (LongAppend.isMeant(append) || coming.isPossible(append, partition)) {
                    if (longAppends.isEmpty()) longAppends = new ArrayList<>();
                    longAppends.add(new LongAppend(partition, data, batches, open, topics.size(), answers.size()));
                    answers.add(failed(data, ErrorCode.UNKNOWN_SERVER_ERROR, null));
                    continue;
                }
                pending = after(append, partition, acks, topics.size(), answers.size(), pending);
                answers.add(answer(append, partition, data));
            }
            topics.add(answers);
        }
        if (joining.isEmpty() && longAppends.isEmpty()) {
            finish(request, topics, pending, call, true);
        } else {
            leaveLoopAndFinish(request, topics, joining, longAppends, pending, call);
        }
    }

    private static List<List<PartitionProduceResponse>> refused(ProduceRequest request, ProducedBatches.Refusal whole) {
        var topics = new ArrayList<List<PartitionProduceResponse>>();
        for (TopicProduceData topic : request.topicData()) {
            topics.add(topic.partitionData().stream()
                    .map(data -> failed(data, whole.error(), whole.message()))
                    .toList());
        }
        return topics;
    }

    /// Asks the transaction coordinator first, where it has to be asked. What the same connection sends meanwhile stays
    /// behind, in order.
    private void leaveLoopAndFinish(
            ProduceRequest request,
            List<List<PartitionProduceResponse>> topics,
            List<UnverifiedBatch> joining,
            List<LongAppend> longAppends,
            List<Pending> before,
            Call call) {
        List<UnverifiedBatch> joins =
                joining.stream().map(UnverifiedBatch::withOwnRecords).toList();
        List<LongAppend> longs =
                longAppends.stream().map(LongAppend::withOwnRecords).toList();
        call.slot().holdLaterRequests();
        appenders.execute(() -> call.attempt(() -> {
            List<Pending> pending = joins.isEmpty() ? before : join(request, topics, joins, before, call);
            long since = clock.nanos();
            for (LongAppend each : longs) {
                coming.await(each.partition(), since);
                GatedAppend gated = GatedAppend.run(
                        each.partition(), () -> appenders.work(() -> each.run(request.acks() == ACKS_ALL)));
                LeaderAppend append = gated.append();
                pending = after(
                        append, each.partition(), request.acks(), each.topicIndex(), each.partitionIndex(), pending);
                topics.get(each.topicIndex()).set(each.partitionIndex(), answer(gated, each.partition(), each.data()));
            }
            finish(request, topics, pending, call, false);
        }));
    }

    /// @return what was pending before and what these appends have to wait for
    private List<Pending> join(
            ProduceRequest request,
            List<List<PartitionProduceResponse>> topics,
            List<UnverifiedBatch> joins,
            List<Pending> before,
            Call call) {
        UnverifiedBatch.Verdicts verdicts = UnverifiedBatch.ask(joins, request.transactionalId(), gate, call);
        List<Pending> pending = before;
        for (UnverifiedBatch each : joins) {
            List<PartitionProduceResponse> answers = topics.get(each.topicIndex());
            UnverifiedBatch.Refusal refused = verdicts.refusal(each).orElse(null);
            if (refused != null) {
                answers.set(each.partitionIndex(), failed(each.data(), refused.error(), refused.message()));
                continue;
            }
            Partition partition = each.partition();
            GatedAppend gated = GatedAppend.run(
                    partition,
                    () -> appenders.work(() -> partition.appendTransactional(
                            each.records(), AppendOrigin.CLIENT, each.verification(), request.acks() == ACKS_ALL)));
            pending =
                    after(gated.append(), partition, request.acks(), each.topicIndex(), each.partitionIndex(), pending);
            answers.set(each.partitionIndex(), answer(gated, partition, each.data()));
        }
        return pending;
    }

    private void finish(
            ProduceRequest request,
            List<List<PartitionProduceResponse>> topics,
            List<Pending> waited,
            Call call,
            boolean onEventLoop) {
        if (request.acks() == ACKS_NONE) {
            finishUnacknowledged(topics, call);
            return;
        }
        if (waited.isEmpty()) {
            call.answer(response(request, topics, call));
            return;
        }
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(request.timeoutMs());
        PartitionWait.Until until = until(request.acks());
        if (onEventLoop) {
            call.slot().keepsNothing();
            if (waited.stream().anyMatch(each -> each.partition().log().isCrowded()))
                call.slot().holdLaterRequests();
            WaitingProduce.begin(
                    waited,
                    until,
                    timeoutNanos,
                    outcomes -> response(request, topics, waited, outcomes, call),
                    call,
                    waits);
            return;
        }
        long deadlineNanos = clock.nanos() + timeoutNanos;
        call.answer(response(request, topics, waited, WaitingProduce.await(waited, until, deadlineNanos, waits), call));
    }

    @Override
    public void read(Reading reading) {
        WaitCounts.read(reading, "Produce", waits);
        reading.add("kafka_server_delayedproducemetrics_expires_total", waits.expired());
    }

    private ProduceResponse response(
            ProduceRequest request,
            List<List<PartitionProduceResponse>> topics,
            List<Pending> waited,
            List<WaitOutcome> outcomes,
            Call call) {
        for (int i = 0; i < waited.size(); i++) {
            if (outcomes.get(i) instanceof WaitOutcome.Committed) continue;
            Pending failed = waited.get(i);
            List<PartitionProduceResponse> answers = topics.get(failed.topicIndex());
            answers.set(
                    failed.partitionIndex(),
                    PartitionProduceResponse.builder()
                            .index(answers.get(failed.partitionIndex()).index())
                            .errorCode(WaitErrors.of(outcomes.get(i)).code())
                            .baseOffset(-1)
                            .build());
        }
        return response(request, topics, call);
    }

    /// A producer that wants no answer learns of an error by losing its connection.
    private static void finishUnacknowledged(List<List<PartitionProduceResponse>> topics, Call call) {
        for (List<PartitionProduceResponse> answers : topics) {
            for (PartitionProduceResponse answer : answers) {
                if (answer.errorCode() == 0) continue;
                call.close(
                        CloseReason.BROKER_DECISION, "produce with acks=0 failed: " + ErrorCode.of(answer.errorCode()));
                return;
            }
        }
        call.answerNothing();
    }

    private ProduceResponse response(ProduceRequest request, List<List<PartitionProduceResponse>> answers, Call call) {
        var topics = new ArrayList<TopicProduceResponse>(answers.size());
        KnownLeaders.@Nullable Addresses addresses = null;
        for (int i = 0; i < answers.size(); i++) {
            TopicProduceData asked = request.topicData().get(i);
            List<PartitionProduceResponse> partitions = answers.get(i);
            if (call.version() >= CURRENT_LEADER_SINCE && CurrentLeaders.areWanted(partitions)) {
                if (addresses == null) addresses = new KnownLeaders.Addresses();
                partitions = CurrentLeaders.named(leaders, asked, partitions, addresses, call);
            }
            topics.add(new TopicProduceResponse(asked.name(), asked.topicId(), partitions));
        }
        ProduceResponse.Builder response = ProduceResponse.builder().responses(topics);
        if (addresses == null) return response.build();
        return response.nodeEndpoints(addresses.all().stream()
                        .map(each -> new NodeEndpoint(each.id(), each.host(), each.port(), each.rack()))
                        .toList())
                .build();
    }

    private PartitionProduceResponse absent(TopicProduceData topic, PartitionProduceData data, Call call) {
        return failed(data, leaders.absent(CurrentLeaders.place(topic, data.index(), call)), null);
    }

    /// Error that refuses a partition before its records are read; null if there is none.
    private static @Nullable PartitionProduceResponse refusal(
            Partition partition, PartitionProduceData data, ByteBuffer batches, boolean acksValid, short version) {
        ProducedBatches.Refusal malformed = ProducedBatches.ofPartition(batches, version);
        if (malformed != null) return failed(data, malformed.error(), malformed.message());
        if (!acksValid) return failed(data, ErrorCode.INVALID_REQUIRED_ACKS, null);
        String topic = partition.topicPartition().topic();
        if (partition.log().config().mirrored())
            return failed(data, ErrorCode.POLICY_VIOLATION, "Topic " + topic + " is read-only: a mirror fills it");
        // the topic may be given back: the producer tries again
        if (partition.log().config().claimed())
            return failed(data, ErrorCode.NOT_LEADER_OR_FOLLOWER, "Topic " + topic + " may become a mirror");
        return InternalTopics.contains(topic)
                ? failed(data, ErrorCode.INVALID_TOPIC_EXCEPTION, "Cannot append to internal topic " + topic)
                : null;
    }

    private PartitionProduceResponse answer(GatedAppend gated, Partition partition, PartitionProduceData data) {
        ErrorCode undecided = gated.undecided();
        return undecided == null ? answer(gated.append(), partition, data) : failed(data, undecided, gated.message());
    }

    private PartitionProduceResponse answer(LeaderAppend append, Partition partition, PartitionProduceData data) {
        // The common case first: what nothing goes wrong in needs no switch over types, which costs its first caller
        // milliseconds (docs/performance, start).
        if (append
                instanceof
                LeaderAppend.Done(AppendResult.Appended(long base, long last, long time, long start), int epoch))
            return done(data, base, time, start);
        return switch (append) {
            case LeaderAppend.Done(AppendResult result, int epoch) -> answer(result, partition, data);
            case LeaderAppend.NotLeader _ -> failed(data, ErrorCode.NOT_LEADER_OR_FOLLOWER, null);
            case LeaderAppend.NotEnoughReplicas(int inSync, int min) ->
                failed(
                        data,
                        ErrorCode.NOT_ENOUGH_REPLICAS,
                        "The size of the current ISR " + inSync
                                + " is insufficient to satisfy the min.isr requirement of " + min + " for partition "
                                + partition.topicPartition());
        };
    }

    private PartitionProduceResponse answer(AppendResult result, Partition partition, PartitionProduceData data) {
        return switch (result) {
            case AppendResult.Appended(long base, long last, long time, long start) -> done(data, base, time, start);
            case AppendResult.Duplicate(long base, long last, long time, long start) -> done(data, base, time, start);
            case AppendResult.Corrupt(String message) -> failed(data, ErrorCode.CORRUPT_MESSAGE, message);
            case AppendResult.TooLarge(String message) -> failed(data, ErrorCode.MESSAGE_TOO_LARGE, message);
            case AppendResult.LargerThanSegment(String message) ->
                failed(data, ErrorCode.RECORD_LIST_TOO_LARGE, message);
            case AppendResult.UnsupportedMagic(byte magic, String message) ->
                invalid(data, partition, ErrorCode.INVALID_RECORD, message, List.of());
            case AppendResult.InvalidRecord(String message, List<RecordError> errors) ->
                invalid(data, partition, ErrorCode.INVALID_RECORD, message, errors);
            case AppendResult.InvalidTimestamp(String message, List<RecordError> errors) ->
                invalid(data, partition, ErrorCode.INVALID_TIMESTAMP, message, errors);
            case AppendResult.UnsupportedCodec(String message) ->
                invalid(data, partition, ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, message, List.of());
            case AppendResult.OldDuplicate old -> failed(data, ErrorCode.DUPLICATE_SEQUENCE_NUMBER, null);
            case AppendResult.OutOfOrderSequence(String message) ->
                leaders.mayBeOthers()
                        ? failed(data, ErrorCode.NOT_LEADER_OR_FOLLOWER, null)
                        : invalid(data, partition, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, message, List.of());
            case AppendResult.InvalidProducerEpoch(String message) ->
                invalid(data, partition, ErrorCode.INVALID_PRODUCER_EPOCH, message, List.of());
            case AppendResult.InvalidTransactionState(String message) ->
                invalid(data, partition, ErrorCode.INVALID_TXN_STATE, message, List.of());
            case AppendResult.CoordinatorFenced(String message) ->
                invalid(data, partition, ErrorCode.TRANSACTION_COORDINATOR_FENCED, message, List.of());
            case AppendResult.UnexpectedOffset(long expected, long actual) ->
                throw new IllegalStateException("bug: a client's batch was checked for offset " + expected);
            case AppendResult.TakesLong() ->
                throw new IllegalStateException("bug: a batch takes long off the event loop too");
            case AppendResult.Fenced(int epoch) -> failed(data, ErrorCode.NOT_LEADER_OR_FOLLOWER, null);
            case AppendResult.Closed() -> failed(data, ErrorCode.NOT_LEADER_OR_FOLLOWER, null);
            case AppendResult.StorageFailed(var cause) -> failed(data, ErrorCode.KAFKA_STORAGE_ERROR, null);
        };
    }

    private static PartitionProduceResponse done(
            PartitionProduceData data, long baseOffset, long logAppendTimeMillis, long logStartOffset) {
        return PartitionProduceResponse.builder()
                .index(data.index())
                .baseOffset(baseOffset)
                .logAppendTimeMs(logAppendTimeMillis)
                .logStartOffset(logStartOffset)
                .build();
    }

    private static PartitionProduceResponse failed(
            PartitionProduceData data, ErrorCode error, @Nullable String message) {
        return PartitionProduceResponse.builder()
                .index(data.index())
                .errorCode(error.code())
                .baseOffset(-1)
                .errorMessage(message)
                .build();
    }

    /// A refused batch: the answer names the log's start as one about a stored batch does.
    private static PartitionProduceResponse invalid(
            PartitionProduceData data,
            Partition partition,
            ErrorCode error,
            String message,
            List<RecordError> records) {
        return PartitionProduceResponse.builder()
                .index(data.index())
                .errorCode(error.code())
                .baseOffset(-1)
                .logStartOffset(partition.log().logStartOffset())
                .errorMessage(message)
                .recordErrors(records.stream()
                        .map(record -> new BatchIndexAndErrorMessage(record.batchIndex(), record.message()))
                        .toList())
                .build();
    }
}
