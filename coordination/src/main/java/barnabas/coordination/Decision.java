package barnabas.coordination;

import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Work that a core orders. A request that must wait is answered by a later decision: the core keeps its ticket.
public sealed interface Decision {
    /// Answers, released once everything written so far is committed.
    record Answer(List<Reply<?>> replies) implements Decision {}

    /// Records to append. When they are in the local log they are replayed into the core, and then `appended`
    /// decides what follows; when they are not, nothing has changed and `failed` decides.
    ///
    /// @param producer set for records of a transaction
    /// @param admission verification of that transaction by the log; null without one
    /// @param atomic all in one batch; otherwise they may be spread over several, and `failed` may follow after
    ///     a part of them was written
    record Append(
            List<CoordinatorRecord> records,
            @Nullable Producer producer,
            @Nullable VerificationProof admission,
            boolean atomic,
            Supplier<Decision> appended,
            Function<ErrorCode, Decision> failed)
            implements Decision {}

    /// Appends the marker that ends a producer's transaction, then replays it.
    record AppendMarker(Marker marker, Supplier<Decision> appended, Function<ErrorCode, Decision> failed)
            implements Decision {}

    /// Decisions about different things, to be carried out in this order.
    record Several(List<Decision> decisions) implements Decision {}

    static <R> Decision answer(Ticket<R> ticket, R answer) {
        return new Answer(List.of(ticket.reply(answer)));
    }

    static Decision answers(List<Reply<?>> replies) {
        return replies.isEmpty() ? nothing() : new Answer(replies);
    }

    static Decision append(
            List<CoordinatorRecord> records, Supplier<Decision> appended, Function<ErrorCode, Decision> failed) {
        return records.isEmpty() ? appended.get() : new Append(records, null, null, true, appended, failed);
    }

    /// Appends, then answers; an append that fails is answered by `refusal`.
    static <R> Decision append(
            List<CoordinatorRecord> records, Ticket<R> ticket, R answer, Function<ErrorCode, R> refusal) {
        return append(records, () -> answer(ticket, answer), error -> answer(ticket, refusal.apply(error)));
    }

    /// Appends without a waiting request (expiry, clean-up): a failure is left for the next time.
    static Decision appendUnattended(List<CoordinatorRecord> records) {
        return records.isEmpty()
                ? nothing()
                : new Append(records, null, null, false, Decision::nothing, error -> nothing());
    }

    static Decision nothing() {
        return new Answer(List.of());
    }

    default boolean isNothing() {
        return this instanceof Answer(List<Reply<?>> replies) && replies.isEmpty();
    }

    default Decision and(Decision next) {
        if (isNothing()) return next;
        if (next.isNothing()) return this;
        var all = new ArrayList<Decision>();
        if (this instanceof Several(List<Decision> first)) all.addAll(first);
        else all.add(this);
        all.add(next);
        return new Several(all);
    }
}
