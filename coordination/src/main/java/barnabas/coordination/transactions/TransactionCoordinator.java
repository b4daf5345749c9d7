package barnabas.coordination.transactions;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.config.TransactionsConfig;
import barnabas.coordination.Call;
import barnabas.coordination.Coordinator;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Shards;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.DescribeTransactionsRequest;
import barnabas.protocol.message.DescribeTransactionsResponse;
import barnabas.protocol.message.EndTxnRequest;
import barnabas.protocol.message.EndTxnResponse;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.ListTransactionsRequest;
import barnabas.protocol.message.ListTransactionsResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/// The transactional ids of the partitions of `__transaction_state` that this broker leads: what a broker calls.
///
/// Which ids are here follows from the partitions of `__transaction_state` that this broker leads: see [#shards].
/// API files authorise and call the method of their API on a virtual thread: all of them may wait for a commit.
/// Markers go out through [PartitionMarkers] on virtual threads of the coordinator's own.
///
/// Throttle times are the broker's to fill in.
public final class TransactionCoordinator implements Coordinator {
    /// The first versions of these requests whose clients know PRODUCER_FENCED; older ones get
    /// INVALID_PRODUCER_EPOCH (KIP-588).
    private static final short INIT_PRODUCER_ID_KNOWS_FENCED = 4;

    private static final short REQUESTS_KNOW_FENCED = 2;
    /// The first version of EndTxn that gets a new epoch back.
    private static final short END_TXN_BUMPS_EPOCH = 5;
    /// Extra wait on top of the commit timeout.
    private static final long GRACE_MILLIS = 5_000;

    /// Dependencies of a coordinator on its broker.
    ///
    /// @param transactionVersion the finalized level of `transaction.version`
    /// @param commitMillisMax how long an answer waits for what it says to be committed
    public record Environment(
            Supplier<TransactionsConfig> config,
            Supplier<Short> transactionVersion,
            ProducerIdSource producerIds,
            PartitionMarkers markers,
            Clock clock,
            Threads threads,
            long commitMillisMax) {}

    private final Environment environment;
    private final TransactionMemory memory;
    private final MarkerWriter writer;
    private final Shards<TransactionShard> shards;

    /// @param memory for transactional ids and open transactions
    public TransactionCoordinator(Environment environment, TransactionMemory memory) {
        this.environment = environment;
        this.memory = memory;
        this.writer = new MarkerWriter(environment.markers, environment.clock, environment.threads);
        this.shards = new Shards<>(
                "__transaction_state",
                this::core,
                environment.clock,
                environment.threads,
                Compression.NONE,
                environment.commitMillisMax);
    }

    private TransactionShard core(int partition, int leaderEpoch) {
        return new TransactionShard(
                leaderEpoch,
                new TransactionShard.Environment(
                        environment.config,
                        environment.transactionVersion,
                        memory,
                        order -> writer.ticket(partition, shards, order)));
    }

    /// The transactional ids by the partitions of `__transaction_state`.
    @Override
    public Shards<TransactionShard> shards() {
        return shards;
    }

    private interface Asking<R> {
        Decision ask(TransactionShard shard, Call<R> call, Now now);
    }

    private <R> Call<R> submit(String transactionalId, Function<ErrorCode, R> refusal, Asking<R> asking) {
        Call<R> call = Call.awaited(refusal);
        shards.submit(transactionalId, call, (shard, now) -> asking.ask(shard, call, now));
        return call;
    }

    private <R> R await(Call<R> call) {
        return call.await(environment.clock, environment.commitMillisMax + GRACE_MILLIS);
    }

    /// Asks for a grant, and a second time with a producer id when one is needed.
    private Grant grant(String transactionalId, LongFunction<Asking<Grant>> asking) {
        Grant first = await(submit(transactionalId, Grant.Refused::new, asking.apply(-1)));
        if (!(first instanceof Grant.NeedsProducerId)) return first;
        return switch (environment.producerIds.next()) {
            case ProducerIdSource.Next.Failed(ErrorCode error) -> new Grant.Refused(error);
            case ProducerIdSource.Next.Id(long id) ->
                await(submit(transactionalId, Grant.Refused::new, asking.apply(id)));
        };
    }

    /// For requests with a transactional id.
    public InitProducerIdResponse initProducerId(RequestContext context, InitProducerIdRequest request) {
        String transactionalId = request.transactionalId();
        boolean hasId = request.producerId() != Transaction.NO_PRODUCER_ID;
        boolean hasEpoch = request.producerEpoch() != Transaction.NO_PRODUCER_EPOCH;
        if (transactionalId == null || transactionalId.isEmpty() || hasId != hasEpoch) {
            return initFailed(ErrorCode.INVALID_REQUEST);
        }
        Producer expected = hasId ? new Producer(request.producerId(), request.producerEpoch()) : null;
        Grant grant = grant(
                transactionalId,
                id -> (shard, call, now) -> shard.initProducerId(
                        call, new InitProducer(transactionalId, request.transactionTimeoutMs(), expected, id), now));
        return switch (grant) {
            case Grant.Granted(Producer producer) ->
                InitProducerIdResponse.builder()
                        .producerId(producer.id())
                        .producerEpoch(producer.epoch())
                        .build();
            case Grant.Refused(ErrorCode error) -> initFailed(known(error, context, INIT_PRODUCER_ID_KNOWS_FENCED));
            case Grant.NeedsProducerId needs -> initFailed(ErrorCode.CONCURRENT_TRANSACTIONS);
        };
    }

    private static InitProducerIdResponse initFailed(ErrorCode error) {
        return InitProducerIdResponse.builder()
                .errorCode(error.code())
                .producerId(Transaction.NO_PRODUCER_ID)
                .producerEpoch(Transaction.NO_PRODUCER_EPOCH)
                .build();
    }

    private static ErrorCode known(ErrorCode error, RequestContext context, short knowsFencedSince) {
        return error == ErrorCode.PRODUCER_FENCED && context.apiVersion() < knowsFencedSince
                ? ErrorCode.INVALID_PRODUCER_EPOCH
                : error;
    }

    public EndTxnResponse endTxn(RequestContext context, EndTxnRequest request) {
        String transactionalId = request.transactionalId();
        if (transactionalId.isEmpty()) return endFailed(ErrorCode.INVALID_REQUEST);
        var producer = new Producer(request.producerId(), request.producerEpoch());
        short version = context.apiVersion() >= END_TXN_BUMPS_EPOCH ? Transaction.EPOCH_PER_TRANSACTION : 0;
        Grant grant = grant(
                transactionalId,
                id -> (shard, call, now) -> shard.endTransaction(
                        call, new EndTransaction(transactionalId, producer, request.committed(), version, id), now));
        return switch (grant) {
            case Grant.Granted(Producer next) ->
                version == 0
                        ? EndTxnResponse.DEFAULT
                        : EndTxnResponse.builder()
                                .producerId(next.id())
                                .producerEpoch(next.epoch())
                                .build();
            case Grant.Refused(ErrorCode error) -> endFailed(known(error, context, REQUESTS_KNOW_FENCED));
            case Grant.NeedsProducerId needs -> endFailed(ErrorCode.CONCURRENT_TRANSACTIONS);
        };
    }

    private static EndTxnResponse endFailed(ErrorCode error) {
        return EndTxnResponse.builder().errorCode(error.code()).build();
    }

    /// Adds partitions to a producer's transaction, all or none.
    ///
    /// @param request whose [AddPartitions#waitMillis] bounds the wait for the end of the transaction before
    public ErrorCode addPartitions(AddPartitions request) {
        if (request.transactionalId().isEmpty()) return ErrorCode.INVALID_REQUEST;
        return await(submit(
                request.transactionalId(),
                error -> error,
                (shard, call, now) -> shard.addPartitions(call, request, now)));
    }

    /// [#addPartitions] for several transactional ids at once.
    public Map<String, ErrorCode> addPartitions(Collection<AddPartitions> requests) {
        var calls = new LinkedHashMap<String, Call<ErrorCode>>();
        for (AddPartitions each : requests) {
            calls.put(
                    each.transactionalId(),
                    submit(
                            each.transactionalId(),
                            error -> error,
                            (shard, call, now) -> shard.addPartitions(call, each, now)));
        }
        var answers = new HashMap<String, ErrorCode>();
        calls.forEach((id, call) -> answers.put(id, await(call)));
        return answers;
    }

    /// Whether partitions are part of a producer's open transaction: NONE, TRANSACTION_ABORTABLE when one is not,
    /// or what is wrong with the producer.
    public Map<Participant, ErrorCode> verifyPartitions(
            String transactionalId, Producer producer, Set<Participant> participants) {
        return await(submit(
                transactionalId,
                error -> {
                    Map<Participant, ErrorCode> all = new HashMap<>();
                    for (Participant each : participants) all.put(each, error);
                    return all;
                },
                (shard, call, now) -> Decision.answer(call, shard.verify(transactionalId, producer, participants))));
    }

    public DescribeTransactionsResponse describeTransactions(
            RequestContext context, DescribeTransactionsRequest request) {
        var calls = new ArrayList<Call<DescribeTransactionsResponse.TransactionState>>();
        for (String id : new LinkedHashSet<>(request.transactionalIds())) {
            Call<DescribeTransactionsResponse.TransactionState> call =
                    Call.awaited(error -> DescribeTransactionsResponse.TransactionState.builder()
                            .transactionalId(id)
                            .errorCode(error.code())
                            .build());
            calls.add(call);
            if (id.isEmpty()) {
                call.refuseNow(ErrorCode.INVALID_REQUEST);
                continue;
            }
            shards.submit(id, call, (shard, now) -> {
                Transaction found = shard.transaction(id);
                return Decision.answer(
                        call,
                        found == null
                                ? call.refusal(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND)
                                : Listing.describe(id, found));
            });
        }
        return DescribeTransactionsResponse.builder()
                .transactionStates(calls.stream().map(this::await).toList())
                .build();
    }

    /// Part of a list from one shard.
    private record Part(ErrorCode error, Map<String, Transaction> transactions) {}

    /// Asks all shards that this broker leads. As long as the topic does not exist there is nothing to list.
    public ListTransactionsResponse listTransactions(RequestContext context, ListTransactionsRequest request) {
        Listing listing;
        try {
            listing = Listing.of(request);
        } catch (IllegalArgumentException e) {
            return listFailed(ErrorCode.INVALID_REGULAR_EXPRESSION);
        }
        List<Call<Part>> calls = shards.submitToAll(
                error -> new Part(error, Map.of()),
                ticket -> (shard, now) -> Decision.answer(ticket, new Part(ErrorCode.NONE, shard.transactions())));
        var found = new ArrayList<ListTransactionsResponse.TransactionState>();
        for (Call<Part> call : calls) {
            Part part = await(call);
            // A partition that moved away meanwhile is listed by its new leader.
            if (part.error == ErrorCode.NOT_COORDINATOR) continue;
            if (part.error != ErrorCode.NONE) return listFailed(part.error);
            found.addAll(listing.select(part.transactions, environment.clock.millis()));
        }
        return ListTransactionsResponse.builder()
                .unknownStateFilters(listing.unknownStates())
                .transactionStates(found)
                .build();
    }

    private static ListTransactionsResponse listFailed(ErrorCode error) {
        return ListTransactionsResponse.builder().errorCode(error.code()).build();
    }

    /// Answers NOT_COORDINATOR to every waiting request. Transactions that are ending go on at the next start.
    @Override
    public void close() {
        shards.close();
        writer.close();
    }
}
