package barnabas.net;

/// Limits on requests and replies.
///
/// @param requestBytesMax `socket.request.max.bytes`: a frame that announces more closes its connection
/// @param requestsInFlightMax requests of one connection that may wait for their replies; beyond it nothing more is
///     read from that connection
/// @param heldRequestBytesMax bytes of incomplete frames and of waiting requests, all connections together; when it
///     is exceeded connections with an incomplete frame are left unread, all but one at a time. So this may be
///     exceeded by one `requestBytesMax`. Kafka's nearest is `queued.max.request.bytes`
/// @param unsentReplyBytesMax bytes of finished replies that one connection may leave unread; beyond it none of its
///     requests is handled. May be exceeded by one reply
public record RequestLimits(
        int requestBytesMax, int requestsInFlightMax, long heldRequestBytesMax, int unsentReplyBytesMax) {
    public static final RequestLimits DEFAULT = new RequestLimits(104_857_600, 128, 256L << 20, 1 << 20);

    public RequestLimits {
        if (requestBytesMax < 1) throw new IllegalArgumentException("requestBytesMax " + requestBytesMax);
        if (requestsInFlightMax < 1) throw new IllegalArgumentException("requestsInFlightMax " + requestsInFlightMax);
        if (heldRequestBytesMax < 1) throw new IllegalArgumentException("heldRequestBytesMax " + heldRequestBytesMax);
        if (unsentReplyBytesMax < 1) throw new IllegalArgumentException("unsentReplyBytesMax " + unsentReplyBytesMax);
    }
}
