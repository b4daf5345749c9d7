package barnabas.coordination.transactions;

import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.Ticket;
import barnabas.protocol.ErrorCode;

/// A producer commits or aborts (EndTxn).
///
/// @param clientVersion from 2 on the answer brings a new epoch, and an end that comes twice is known by its old
///     one
/// @param unusedProducerId an id to go on with when this was the last epoch, -1 to be asked for one
public record EndTransaction(
        String transactionalId, Producer producer, boolean commit, short clientVersion, long unusedProducerId) {
    Decision decide(TransactionShard shard, Ticket<Grant> ticket, Now now) {
        TransactionEntry entry = shard.entry(transactionalId);
        if (entry == null) return refuse(ticket, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        return clientVersion >= Transaction.EPOCH_PER_TRANSACTION
                ? endWithNewEpoch(shard, ticket, entry, now)
                : endWithSameEpoch(shard, ticket, entry.stored(), now);
    }

    /// Version 2: each transaction has an epoch of its own, so a delayed or repeated request is never taken for the
    /// end of a later one.
    private Decision endWithNewEpoch(TransactionShard shard, Ticket<Grant> ticket, TransactionEntry entry, Now now) {
        Transaction stored = entry.stored();
        TransactionState state = stored.state();
        // First of all: the client may know its next epoch, or even its next id, before this transaction is complete.
        if (state.isEnding()) return refuse(ticket, ErrorCode.CONCURRENT_TRANSACTIONS);
        Producer current = stored.producer();
        boolean repeatsLastEpoch = producer.id() == stored.previousProducerId()
                && producer.epoch() == Transaction.CLIENT_EPOCH_MAX
                && current.epoch() == 0;
        if (producer.id() != current.id() && !repeatsLastEpoch) {
            return refuse(ticket, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        }
        // A transaction of an older client ended under its own epoch: then the epoch before belongs to a fenced
        // producer.
        boolean repeats = state.isComplete()
                && stored.clientVersion() >= Transaction.EPOCH_PER_TRANSACTION
                && (repeatsLastEpoch || producer.epoch() + 1 == current.epoch());
        if (repeats) return repeated(shard, ticket, stored, now);
        if (!stored.isHeldBy(producer)) return refuse(ticket, ErrorCode.PRODUCER_FENCED);
        return switch (state) {
            case ONGOING -> end(shard, ticket, entry, now);
            case EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT ->
                commit ? refuse(ticket, ErrorCode.INVALID_TXN_STATE) : end(shard, ticket, entry, now);
            case PREPARE_COMMIT, PREPARE_ABORT, DEAD, PREPARE_EPOCH_FENCE ->
                throw new IllegalStateException("bug: ending in " + state);
        };
    }

    /// The transaction has ended under this epoch already.
    private Decision repeated(TransactionShard shard, Ticket<Grant> ticket, Transaction complete, Now now) {
        boolean committed = complete.state() == TransactionState.COMPLETE_COMMIT;
        if (committed == commit) {
            // The coordinator aborted the transaction of the last epoch: no epoch of this id is left for the client.
            return complete.isExhausted()
                    ? rotate(shard, ticket, complete, now)
                    : Decision.answer(ticket, new Grant.Granted(complete.producer()));
        }
        // The coordinator itself aborted what the client wants to commit (KAFKA-20785); nothing else makes a client
        // repeat itself with another result.
        return refuse(ticket, commit ? ErrorCode.PRODUCER_FENCED : ErrorCode.INVALID_TXN_STATE);
    }

    private Decision rotate(TransactionShard shard, Ticket<Grant> ticket, Transaction complete, Now now) {
        if (unusedProducerId < 0) return Decision.answer(ticket, new Grant.NeedsProducerId());
        Transaction rotated = complete.rotated(unusedProducerId, now.millis());
        return shard.change(
                transactionalId,
                rotated,
                producer.epoch(),
                now,
                () -> Decision.answer(ticket, new Grant.Granted(rotated.producer())),
                error -> refuse(ticket, error));
    }

    private Decision end(TransactionShard shard, Ticket<Grant> ticket, TransactionEntry entry, Now now) {
        Transaction stored = entry.stored();
        boolean rotates = stored.hasLastEpoch();
        if (rotates && unusedProducerId < 0) return Decision.answer(ticket, new Grant.NeedsProducerId());
        Transaction ending = stored.ending(
                commit, rotates ? unusedProducerId : Transaction.NO_PRODUCER_ID, clientVersion, now.millis());
        return shard.decideEnd(
                transactionalId,
                ending,
                producer.epoch(),
                now,
                () -> Decision.answer(ticket, new Grant.Granted(ending.producerAfter())),
                error -> refuse(ticket, error));
    }

    /// Versions 0 and 1: the epoch stays, so a request that was delayed until the next transaction ends that one.
    /// The two cannot be distinguished here; KIP-890 solves it.
    private Decision endWithSameEpoch(TransactionShard shard, Ticket<Grant> ticket, Transaction stored, Now now) {
        if (stored.producer().id() != producer.id()) return refuse(ticket, ErrorCode.INVALID_PRODUCER_ID_MAPPING);
        if (!stored.isHeldBy(producer)) return refuse(ticket, ErrorCode.PRODUCER_FENCED);
        return switch (stored.state()) {
            case ONGOING ->
                shard.decideEnd(
                        transactionalId,
                        stored.ending(commit, Transaction.NO_PRODUCER_ID, clientVersion, now.millis()),
                        Transaction.NO_PRODUCER_EPOCH,
                        now,
                        () -> Decision.answer(ticket, new Grant.Granted(producer)),
                        error -> refuse(ticket, error));
            case COMPLETE_COMMIT ->
                commit
                        ? Decision.answer(ticket, new Grant.Granted(producer))
                        : refuse(ticket, ErrorCode.INVALID_TXN_STATE);
            case COMPLETE_ABORT ->
                commit
                        ? refuse(ticket, ErrorCode.INVALID_TXN_STATE)
                        : Decision.answer(ticket, new Grant.Granted(producer));
            case PREPARE_COMMIT ->
                refuse(ticket, commit ? ErrorCode.CONCURRENT_TRANSACTIONS : ErrorCode.INVALID_TXN_STATE);
            case PREPARE_ABORT ->
                refuse(ticket, commit ? ErrorCode.INVALID_TXN_STATE : ErrorCode.CONCURRENT_TRANSACTIONS);
            case EMPTY -> refuse(ticket, ErrorCode.INVALID_TXN_STATE);
            case DEAD, PREPARE_EPOCH_FENCE -> throw new IllegalStateException("bug: stored as " + stored.state());
        };
    }

    private static Decision refuse(Ticket<Grant> ticket, ErrorCode error) {
        return Decision.answer(ticket, new Grant.Refused(error));
    }
}
