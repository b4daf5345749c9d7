package barnabas.client;

import org.jspecify.annotations.Nullable;

/// A connection could not be made, or broke. The connection is closed; the same call on a new one may succeed.
public final class ConnectionException extends ClientException {
    private static final long serialVersionUID = 1;

    /// Kind of failure, by which callers decide what to do next.
    public enum Kind {
        /// No process listens there, the name is unknown, or there is no route.
        UNREACHABLE,
        /// No answer in time.
        TIMED_OUT,
        /// The peer or this side closed the connection, or the network broke.
        CLOSED,
        /// The peer sent bytes that are no answer of this protocol.
        MALFORMED,
        /// The TLS handshake failed: a certificate is not trusted, or both sides have no protocol in common.
        NOT_TRUSTED,
        /// The login failed.
        REFUSED,
        /// The peer supports no version of an API that this client supports.
        UNSUPPORTED
    }

    private final Kind kind;
    private final transient Address address;

    public ConnectionException(Kind kind, Address address, String message) {
        super(address + ": " + message);
        this.kind = kind;
        this.address = address;
    }

    public ConnectionException(Kind kind, Address address, String message, @Nullable Throwable cause) {
        super(address + ": " + message, cause);
        this.kind = kind;
        this.address = address;
    }

    /// Whether the same on a new connection would end the same.
    public boolean isHopeless() {
        return kind == Kind.UNSUPPORTED || kind == Kind.REFUSED || kind == Kind.NOT_TRUSTED;
    }

    public Kind kind() {
        return kind;
    }

    public Address address() {
        return address;
    }
}
