package barnabas.coordination.transactions;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.Ticket;
import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A producer takes over a transactional id and fences its previous producer (InitProducerId), or goes on after an
/// error of its own (KIP-360).
///
/// @param expected who the producer is, when it goes on; null when it starts
/// @param unusedProducerId an id to give out when a new one is needed, -1 to be asked for one
public record InitProducer(
        String transactionalId, int timeoutMillis, @Nullable Producer expected, long unusedProducerId) {
    Decision decide(TransactionShard shard, Ticket<Grant> ticket, Now now) {
        if (timeoutMillis <= 0 || timeoutMillis > shard.config().timeoutMillisMax()) {
            return refuse(ticket, ErrorCode.INVALID_TRANSACTION_TIMEOUT);
        }
        TransactionEntry entry = shard.entry(transactionalId);
        if (entry == null) {
            Transaction unused = Transaction.unused(unusedProducerId, timeoutMillis, now.millis());
            if (!shard.hasRoomFor(transactionalId, unused)) return refuse(ticket, ErrorCode.COORDINATOR_NOT_AVAILABLE);
            if (unusedProducerId < 0) return needsProducerId(ticket);
            return grant(shard, ticket, unused, new Producer(unusedProducerId, (short) 0), (short) -1, now);
        }
        Transaction stored = entry.stored();
        if (expected != null && !mayGoOn(expected, stored)) return refuse(ticket, ErrorCode.PRODUCER_FENCED);
        return switch (stored.state()) {
            case PREPARE_COMMIT, PREPARE_ABORT -> refuse(ticket, ErrorCode.CONCURRENT_TRANSACTIONS);
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT -> takeOver(shard, ticket, entry, now);
            case ONGOING -> abortFirst(shard, ticket, entry, now);
            case DEAD, PREPARE_EPOCH_FENCE -> throw new IllegalStateException("bug: stored as " + stored.state());
        };
    }

    /// The epoch is looked at later; here only the id counts: it is the current one, or the one before a rotation
    /// whose answer the producer may have missed.
    private static boolean mayGoOn(Producer expected, Transaction stored) {
        return expected.id() == stored.producer().id()
                || (expected.id() == stored.previousProducerId() && expected.epoch() >= Transaction.CLIENT_EPOCH_MAX);
    }

    private Decision takeOver(TransactionShard shard, Ticket<Grant> ticket, TransactionEntry entry, Now now) {
        Transaction stored = entry.stored();
        Producer current = stored.producer();
        if (expected != null && expected.epoch() != current.epoch()) {
            // The answer to an earlier attempt was lost: no other producer has come since.
            if (expected.epoch() == entry.lastEpoch()) {
                return grant(shard, ticket, stored, current, entry.lastEpoch(), now);
            }
            return refuse(ticket, ErrorCode.PRODUCER_FENCED);
        }
        short lastEpoch = expected == null ? Transaction.NO_PRODUCER_EPOCH : current.epoch();
        if (stored.hasLastEpoch()) {
            if (unusedProducerId < 0) return needsProducerId(ticket);
            return grant(shard, ticket, stored, new Producer(unusedProducerId, (short) 0), lastEpoch, now);
        }
        return grant(shard, ticket, stored, new Producer(current.id(), (short) (current.epoch() + 1)), lastEpoch, now);
    }

    private Decision grant(
            TransactionShard shard,
            Ticket<Grant> ticket,
            Transaction stored,
            Producer producer,
            short lastEpoch,
            Now now) {
        return shard.change(
                transactionalId,
                stored.initialized(producer, timeoutMillis, now.millis()),
                lastEpoch,
                now,
                () -> Decision.answer(ticket, new Grant.Granted(producer)),
                error -> refuse(ticket, error));
    }

    /// The open transaction of the transactional id is aborted under an epoch that no producer gets. The producer
    /// comes back and gets the one after it.
    private Decision abortFirst(TransactionShard shard, Ticket<Grant> ticket, TransactionEntry entry, Now now) {
        Transaction stored = entry.stored();
        // Kafka aborts before it looks at the epoch; a producer that is fenced anyway changes nothing here.
        if (expected != null && expected.epoch() != stored.producer().epoch()) {
            return refuse(ticket, ErrorCode.PRODUCER_FENCED);
        }
        short version = shard.transactionVersion() >= Transaction.EPOCH_PER_TRANSACTION
                ? Transaction.EPOCH_PER_TRANSACTION
                : stored.clientVersion();
        return shard.decideEnd(
                transactionalId,
                stored.fenced(version, now.millis()),
                Transaction.NO_PRODUCER_EPOCH,
                now,
                () -> refuse(ticket, ErrorCode.CONCURRENT_TRANSACTIONS),
                error -> refuse(ticket, error));
    }

    private static Decision refuse(Ticket<Grant> ticket, ErrorCode error) {
        return Decision.answer(ticket, new Grant.Refused(error));
    }

    private static Decision needsProducerId(Ticket<Grant> ticket) {
        return Decision.answer(ticket, new Grant.NeedsProducerId());
    }
}
