package barnabas.coordination;

import barnabas.protocol.ErrorCode;

/// Stands for somebody who waits for an answer of type `R`. A core keeps tickets of those it lets wait and
/// hands out a [Reply] for each exactly once, in a [Decision].
public interface Ticket<R> {
    /// What `R` looks like when the request could not be served at all.
    R refusal(ErrorCode error);

    default Reply<R> reply(R answer) {
        return new Reply<>(this, answer);
    }

    default Reply<R> refuse(ErrorCode error) {
        return new Reply<>(this, refusal(error));
    }
}
