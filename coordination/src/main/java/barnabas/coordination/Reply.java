package barnabas.coordination;

/// An answer on its way. It is released once everything that the shard had written when it was given is
/// committed.
public record Reply<R>(Ticket<R> ticket, R answer) {}
