package barnabas.coordination.transactions;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.Reply;
import barnabas.coordination.Ticket;
import barnabas.coordination.transactions.TransactionEntry.Waiting;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Partitions join a producer's transaction, which begins with the first of them (AddPartitionsToTxn,
/// AddOffsetsToTxn, and Produce and TxnOffsetCommit of clients with transaction version 2).
///
/// @param clientVersion see [Transaction#clientVersion]
/// @param waitMillis how long to wait for the end of the previous transaction instead of answering
///     CONCURRENT_TRANSACTIONS at once
public record AddPartitions(
        String transactionalId,
        Producer producer,
        Collection<Participant> participants,
        short clientVersion,
        long waitMillis) {
    /// Error if a producer cannot add to a transaction now. The ending transaction comes first: until it is
    /// complete it is not decided which producer id the next one has.
    static ErrorCode refusal(@Nullable Transaction stored, Producer producer) {
        if (stored == null) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        if (stored.state().isEnding()) return ErrorCode.CONCURRENT_TRANSACTIONS;
        if (stored.producer().id() != producer.id()) return ErrorCode.INVALID_PRODUCER_ID_MAPPING;
        if (!stored.isHeldBy(producer)) return ErrorCode.PRODUCER_FENCED;
        return ErrorCode.NONE;
    }

    Decision decide(TransactionShard shard, Ticket<ErrorCode> ticket, Now now) {
        TransactionEntry entry = shard.entry(transactionalId);
        ErrorCode error = refusal(entry == null ? null : entry.stored(), producer);
        if (entry == null || (error != ErrorCode.NONE && error != ErrorCode.CONCURRENT_TRANSACTIONS)) {
            return Decision.answer(ticket, error);
        }
        if (error == ErrorCode.CONCURRENT_TRANSACTIONS) return await(shard, entry, ticket, now);
        return add(shard, transactionalId, entry, List.of(ticket), participants, clientVersion, now);
    }

    @SuppressWarnings("ReferenceEquality") // a ticket is itself and no other
    private Decision await(TransactionShard shard, TransactionEntry entry, Ticket<ErrorCode> ticket, Now now) {
        if (waitMillis <= 0 || entry.waiting().size() >= TransactionEntry.WAITING_MAX) {
            return Decision.answer(ticket, ErrorCode.CONCURRENT_TRANSACTIONS);
        }
        var patience = shard.timers().schedule(now.ticks() + waitMillis, late -> {
            entry.waiting().removeIf(each -> each.ticket().equals(ticket));
            return Decision.answer(ticket, ErrorCode.CONCURRENT_TRANSACTIONS);
        });
        entry.waiting().add(new Waiting(ticket, producer, participants, clientVersion, patience));
        return Decision.nothing();
    }

    /// The transaction that others were waiting for is complete.
    static Decision resume(TransactionShard shard, String transactionalId, TransactionEntry entry, Now now) {
        if (entry.waiting().isEmpty()) return Decision.nothing();
        var refused = new ArrayList<Reply<?>>();
        var admitted = new ArrayList<Ticket<ErrorCode>>();
        var participants = new TreeSet<Participant>();
        short version = 0;
        for (Waiting each : entry.waiting()) {
            shard.timers().cancel(each.patience());
            ErrorCode error = refusal(entry.stored(), each.producer());
            if (error == ErrorCode.NONE) {
                admitted.add(each.ticket());
                participants.addAll(each.participants());
                version = each.clientVersion();
            } else {
                refused.add(each.ticket().reply(error));
            }
        }
        entry.waiting().clear();
        Decision answers = Decision.answers(refused);
        if (admitted.isEmpty()) return answers;
        return answers.and(add(shard, transactionalId, entry, admitted, participants, version, now));
    }

    private static Decision add(
            TransactionShard shard,
            String transactionalId,
            TransactionEntry entry,
            List<Ticket<ErrorCode>> tickets,
            Collection<Participant> participants,
            short clientVersion,
            Now now) {
        Transaction stored = entry.stored();
        boolean allThere = stored.state() == TransactionState.ONGOING
                && stored.participants().containsAll(participants);
        if (allThere) return answer(tickets, ErrorCode.NONE);
        Transaction grown = stored.with(participants, clientVersion, now.millis());
        if (!shard.hasRoomFor(transactionalId, grown)) return answer(tickets, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        return shard.change(
                transactionalId,
                grown,
                entry.lastEpoch(),
                now,
                () -> answer(tickets, ErrorCode.NONE),
                error -> answer(tickets, error));
    }

    private static Decision answer(List<Ticket<ErrorCode>> tickets, ErrorCode error) {
        var replies = new ArrayList<Reply<?>>(tickets.size());
        for (Ticket<ErrorCode> each : tickets) replies.add(each.reply(error));
        return Decision.answers(replies);
    }
}
