package barnabas.metadata.mutations;

/// Circumstances of a request to the controller.
///
/// @param nowNanos of the controller's monotonic clock
/// @param nowMillis since the epoch
public record Asking(Requester requester, long nowNanos, long nowMillis) {}
