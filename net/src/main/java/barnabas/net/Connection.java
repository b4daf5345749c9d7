package barnabas.net;

import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// One accepted client connection. Its methods may be called from any thread. An interface, so that tests and
/// simulations drive a [FrameHandler] without sockets.
public interface Connection {
    /// Unique within this process, in order of acceptance.
    long id();

    InetSocketAddress remoteAddress();

    InetSocketAddress localAddress();

    /// The name of the listener that accepted this connection, as in [ListenerConfig#name].
    String listenerName();

    /// Distinguished name (RFC 2253) of the certificate by which the client authenticated itself; null without one.
    default @Nullable String peerName() {
        return null;
    }

    boolean isOpen();

    /// Closes the connection at later frames of more than `bytesMax` bytes, or of more than
    /// [RequestLimits#requestBytesMax] if that is less. On the event loop.
    default void limitFrames(int bytesMax) {}

    /// Says that the client has logged in: it is served apart from those that have not. On the event loop.
    default void loggedIn() {}

    /// Counts a login, for metrics. On the event loop.
    default void countLogin(LoginOutcome outcome) {}

    /// Handles no frame for so long (KIP-219): the client's later bytes wait, unread as far as possible. Replies are
    /// sent as ever. Of several calls the one that ends last counts.
    default void mute(long nanos) {}

    /// The broker's own state for this connection (client software, principal, fetch session), or null before
    /// [#attach]. Written by one thread at a time; visible to all.
    @Nullable
    Object attachment();

    void attach(Object attachment);

    /// Runs `action` on the event loop once this connection has closed and what it has sent is handled. For state that
    /// lives as long as the connection; for one waiting request use [ReplySlot#onConnectionClosed].
    void onClosed(Runnable action);

    /// Runs `action` on this connection's event loop, which must not be blocked. Dropped after the server has
    /// closed.
    void onLoop(Runnable action);

    /// The same after a while, unless it is cancelled before.
    Future<?> onLoopAfter(long delayNanos, Runnable action);

    /// True on this connection's event loop.
    boolean isOnLoop();

    /// Handles no more frames, sends the replies that are due, then closes. On the event loop.
    ///
    /// @param detail for one debug line: what was wrong
    default void closeWhenAnswered(CloseReason reason, String detail) {
        close(reason, detail);
    }

    /// Closes without waiting for replies.
    ///
    /// @param detail for one debug line: what was wrong
    void close(CloseReason reason, String detail);
}
