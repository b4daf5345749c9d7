package barnabas.coordination;

import barnabas.protocol.ErrorCode;

/// Handle of a request that waits for an answer of type `R`. A core keeps the tickets of waiting requests and
/// returns a [Reply] for each exactly once, in a [Decision].
public interface Ticket<R> {
    /// Answer of type `R` to a request that could not be served at all.
    R refusal(ErrorCode error);

    default Reply<R> reply(R answer) {
        return new Reply<>(this, answer);
    }

    default Reply<R> refuse(ErrorCode error) {
        return new Reply<>(this, refusal(error));
    }
}
