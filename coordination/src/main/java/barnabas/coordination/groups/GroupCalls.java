package barnabas.coordination.groups;

import barnabas.base.Clock;
import barnabas.coordination.Call;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.ShardRuntime;
import barnabas.coordination.Shards;
import barnabas.coordination.Ticket;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Calls to the shards of the group coordinator that wait for their answers.
final class GroupCalls {
    /// Extra wait on top of the commit timeout.
    private static final long GRACE_MILLIS = 5_000;

    private final Shards<GroupShard> shards;
    private final Clock clock;
    private final LongSupplier commitTimeoutMillis;

    GroupCalls(Shards<GroupShard> shards, Clock clock, LongSupplier commitTimeoutMillis) {
        this.shards = shards;
        this.clock = clock;
        this.commitTimeoutMillis = commitTimeoutMillis;
    }

    /// The longest wait for a call that needs a commit and nothing else.
    long commitWaitMillis() {
        return commitTimeoutMillis.getAsLong() + GRACE_MILLIS;
    }

    <R> void submit(String groupId, Call<R> call, ShardRuntime.Operation<GroupShard> operation) {
        shards.submit(groupId, call, operation);
    }

    <R> R await(Call<R> call) {
        return call.await(clock, commitWaitMillis());
    }

    /// Asks the shard of a group and waits for the answer.
    <R> R ask(
            String groupId,
            long timeoutMillis,
            Function<ErrorCode, R> refusal,
            Function<Ticket<R>, ShardRuntime.Operation<GroupShard>> operation) {
        Call<R> call = Call.awaited(refusal);
        shards.submit(groupId, call, operation.apply(call));
        return call.await(clock, timeoutMillis);
    }

    /// Groups requests by the partition of `__consumer_offsets` that they belong to.
    <Q> Map<Integer, List<Q>> byPartition(List<Q> asked, Function<Q, String> groupId) {
        var partitions = new LinkedHashMap<Integer, List<Q>>();
        for (Q each : asked) {
            partitions
                    .computeIfAbsent(shards.partitionFor(groupId.apply(each)), any -> new ArrayList<>())
                    .add(each);
        }
        return partitions;
    }

    /// Asks about several groups, each at its own shard and once, however often the request names it: an answer may be
    /// much longer than a name.
    <Q, R> List<R> askEach(
            List<Q> asked,
            Function<Q, String> groupId,
            BiFunction<Q, ErrorCode, R> refusal,
            BiFunction<GroupShard, List<Q>, List<R>> operation) {
        return askEach(asked, groupId, refusal, some -> List.of(), operation);
    }

    /// As [#askEach(List, Function, BiFunction, BiFunction)], after records were appended: the answer waits until
    /// they are committed.
    ///
    /// @param first the records for requests to one shard
    <Q, R> List<R> askEach(
            List<Q> asked,
            Function<Q, String> groupId,
            BiFunction<Q, ErrorCode, R> refusal,
            Function<List<Q>, List<CoordinatorRecord>> first,
            BiFunction<GroupShard, List<Q>, List<R>> operation) {
        var calls = new ArrayList<Call<List<R>>>();
        var named = new LinkedHashMap<String, Q>();
        for (Q each : asked) named.putIfAbsent(groupId.apply(each), each);
        byPartition(List.copyOf(named.values()), groupId).forEach((partition, some) -> {
            Call<List<R>> call = Call.awaited(error -> {
                var refusals = new ArrayList<R>(some.size());
                for (Q each : some) refusals.add(refusal.apply(each, error));
                return refusals;
            });
            shards.submit(
                    partition,
                    call,
                    (shard, now) -> Decision.append(
                            first.apply(some),
                            () -> Decision.answer(call, operation.apply(shard, some)),
                            error -> Decision.answer(call, call.refusal(error))));
            calls.add(call);
        });
        var answers = new ArrayList<R>(asked.size());
        for (Call<List<R>> call : calls) answers.addAll(await(call));
        return answers;
    }
}
