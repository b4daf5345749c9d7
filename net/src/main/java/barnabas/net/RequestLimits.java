package barnabas.net;

/// Limits on requests and replies.
///
/// @param requestBytesMax `socket.request.max.bytes`: a frame that announces more closes its connection
/// @param requestsInFlightMax requests of one connection that may wait for their replies; beyond it nothing more is
///     read from that connection
/// @param heldRequestBytesMax bytes of incomplete frames and of waiting requests, all connections together; when it
///     is exceeded connections with an incomplete frame are left unread, all but one at a time. So this may be
///     exceeded by one `requestBytesMax`. Kafka's nearest is `queued.max.request.bytes`
///     A waiting request of more than [#SMALL_REQUEST_BYTES_MAX] above it is refused, see [ReplySlot#mayWait]
/// @param unsentReplyBytesMax bytes of finished replies that one connection may leave unread; beyond it none of its
///     requests is handled. May be exceeded by one reply
/// @param allUnsentReplyBytesMax bytes of replies that all connections together may leave unread. Beyond it a
///     connection that leaves any unread gets no further request handled, and a large reply closes its connection
public record RequestLimits(
        int requestBytesMax,
        int requestsInFlightMax,
        long heldRequestBytesMax,
        int unsentReplyBytesMax,
        long allUnsentReplyBytesMax) {
    public static final RequestLimits DEFAULT = new RequestLimits(104_857_600, 128, 256L << 20, 1 << 20, 256L << 20);

    /// Requests of one connection that may wait at a time while their frames count as held: what others ask behind them
    /// stays unread.
    public static final int WAITING_REQUESTS_MAX = 32;
    /// A waiting request counts as its frame and this much for its thread and its decoded form.
    public static final int WAITING_REQUEST_BYTES = 2 << 10;
    /// Requests up to this size may wait while the budget is exceeded by no more than its half.
    public static final int SMALL_REQUEST_BYTES_MAX = 16 << 10;
    /// Replies above this size close their connection while all clients together leave too much unread.
    public static final int SMALL_REPLY_BYTES_MAX = 64 << 10;

    public RequestLimits {
        if (requestBytesMax < 1) throw new IllegalArgumentException("requestBytesMax " + requestBytesMax);
        if (requestsInFlightMax < 1) throw new IllegalArgumentException("requestsInFlightMax " + requestsInFlightMax);
        if (heldRequestBytesMax < 1) throw new IllegalArgumentException("heldRequestBytesMax " + heldRequestBytesMax);
        if (allUnsentReplyBytesMax < 1)
            throw new IllegalArgumentException("allUnsentReplyBytesMax " + allUnsentReplyBytesMax);
        if (unsentReplyBytesMax < 1) throw new IllegalArgumentException("unsentReplyBytesMax " + unsentReplyBytesMax);
    }
}
