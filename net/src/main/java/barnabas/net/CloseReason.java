package barnabas.net;

/// Reason for closing a connection; one counter each in [NetworkCounters].
public enum CloseReason {
    /// The client closed it, between requests or not.
    CLIENT_CLOSED("closed by the client"),
    /// Reset, broken pipe and the like.
    CONNECTION_LOST("connection lost"),
    /// No byte moved for `connections.max.idle.ms`.
    IDLE("idle"),
    /// A frame size of zero or below.
    FRAME_SIZE_INVALID("invalid frame size"),
    /// A frame size above `socket.request.max.bytes`.
    FRAME_TOO_LARGE("frame larger than socket.request.max.bytes"),
    TLS_ON_PLAIN_PORT("TLS handshake on a plaintext listener"),
    HTTP_ON_PLAIN_PORT("HTTP request on a Kafka listener"),
    /// The frame's content cannot be a request: the handler said so.
    MALFORMED_REQUEST("malformed request"),
    /// An API key or version that is not served here: the handler said so.
    UNSUPPORTED_REQUEST("unsupported request"),
    AUTHENTICATION_FAILED("authentication failed"),
    /// Bytes that are no TLS, no common version, a certificate that is not trusted, or a handshake that took too long.
    TLS_FAILED("TLS failed"),
    /// Sent a frame too slowly while memory for requests was short.
    FRAME_STALLED("frame stalled while request memory is short"),
    /// Above `max.connections.per.ip`.
    TOO_MANY_CONNECTIONS_FROM_ADDRESS("max.connections.per.ip reached"),
    /// Above `connection_creation_rate` of its address.
    TOO_MANY_NEW_CONNECTIONS_FROM_ADDRESS("connection_creation_rate of the address reached"),
    /// Above `max.connections`. Rare: normally accepting pauses instead.
    TOO_MANY_CONNECTIONS("max.connections reached"),
    /// No memory for its frame or its reply.
    OUT_OF_MEMORY("out of memory"),
    /// A reply larger than the broker sends: the handler said so.
    REPLY_TOO_LARGE("reply larger than the limit"),
    /// A large reply while clients together leave too many replies unread.
    TOO_MANY_UNREAD_REPLIES("too many replies are left unread"),
    /// A large request that would have to wait while too many wait: the handler said so. Or one more frame that
    /// begins to arrive while too many incomplete ones are held.
    TOO_MANY_WAITING_REQUESTS("too many requests wait"),
    /// The handler threw, or failed its slot.
    HANDLER_FAILED("request handling failed"),
    /// A reply could not be read or written to its end.
    REPLY_FAILED("reply failed"),
    /// By the broker, for a reason of its own that is not the client's fault.
    BROKER_DECISION("closed by the broker"),
    SERVER_CLOSING("server closing");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    /// For log lines.
    public String text() {
        return text;
    }
}
