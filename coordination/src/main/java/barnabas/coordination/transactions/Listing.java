package barnabas.coordination.transactions;

import barnabas.config.dynamic.ClientPattern;
import barnabas.protocol.message.DescribeTransactionsResponse;
import barnabas.protocol.message.DescribeTransactionsResponse.TopicData;
import barnabas.protocol.message.ListTransactionsRequest;
import barnabas.protocol.message.ListTransactionsResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which transactional ids an operator wants to see (ListTransactions; KIP-664, KIP-994, KIP-1152).
///
/// @param states empty for all
/// @param unknownStates names in the request that are no state
/// @param producerIds empty for all
/// @param runningMillisMin only what has been open for longer, -1 for all
/// @param pattern of the whole transactional id, null for all
record Listing(
        Set<TransactionState> states,
        List<String> unknownStates,
        Set<Long> producerIds,
        long runningMillisMin,
        @Nullable ClientPattern pattern) {
    /// @throws IllegalArgumentException when the request's pattern is none or too large
    static Listing of(ListTransactionsRequest request) {
        var states = EnumSet.noneOf(TransactionState.class);
        var unknown = new ArrayList<String>();
        for (String name : request.stateFilters()) {
            TransactionState.named(name).ifPresentOrElse(states::add, () -> unknown.add(name));
        }
        String pattern = request.transactionalIdPattern();
        return new Listing(
                states,
                unknown,
                Set.copyOf(request.producerIdFilters()),
                request.durationFilter(),
                pattern == null || pattern.isEmpty() ? null : compiled(pattern));
    }

    private static ClientPattern compiled(String pattern) {
        return switch (ClientPattern.read(pattern)) {
            case ClientPattern.Reading.Valid(ClientPattern compiled) -> compiled;
            case ClientPattern.Reading.Invalid(String why) -> throw new IllegalArgumentException(why);
        };
    }

    /// Only names that are no state were asked for: nothing is in one of them.
    private boolean asksForNothing() {
        return states.isEmpty() && !unknownStates.isEmpty();
    }

    private boolean includes(String transactionalId, Transaction each, long nowMillis) {
        if (asksForNothing()) return false;
        if (!states.isEmpty() && !states.contains(each.state())) return false;
        if (!producerIds.isEmpty() && !producerIds.contains(each.producer().id())) return false;
        if (runningMillisMin >= 0 && nowMillis - each.startMillis() <= runningMillisMin) return false;
        return pattern == null || pattern.matches(transactionalId);
    }

    List<ListTransactionsResponse.TransactionState> select(Map<String, Transaction> all, long nowMillis) {
        var selected = new ArrayList<ListTransactionsResponse.TransactionState>();
        all.forEach((id, each) -> {
            if (includes(id, each, nowMillis)) {
                selected.add(new ListTransactionsResponse.TransactionState(
                        id, each.producer().id(), each.state().officialName()));
            }
        });
        return selected;
    }

    static DescribeTransactionsResponse.TransactionState describe(String transactionalId, Transaction described) {
        var topics = new LinkedHashMap<String, List<Integer>>();
        for (Participant each : described.participants()) {
            topics.computeIfAbsent(each.topic(), topic -> new ArrayList<>()).add(each.partition());
        }
        return DescribeTransactionsResponse.TransactionState.builder()
                .transactionalId(transactionalId)
                .transactionState(described.state().officialName())
                .transactionTimeoutMs(described.timeoutMillis())
                .transactionStartTimeMs(described.startMillis())
                .producerId(described.producer().id())
                .producerEpoch(described.producer().epoch())
                .topics(topics.entrySet().stream()
                        .map(topic -> new TopicData(topic.getKey(), topic.getValue()))
                        .toList())
                .build();
    }
}
