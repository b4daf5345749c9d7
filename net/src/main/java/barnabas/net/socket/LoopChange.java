package barnabas.net.socket;

import io.netty.channel.Channel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The move of a connection from the event loop that clients log in on ([EventLoops#logins]) to one that serves those
/// who have. It waits until no request is being handled and all replies are sent; what the client sends meanwhile is
/// left unread. Owner: the connection's event loop, the new one from the registration on.
final class LoopChange {
    private final SocketConnection connection;
    private final Channel channel;
    private final ReplyWriter replies;
    private final @Nullable Supplier<NetworkLoop> target;
    private boolean wanted;
    private boolean begun;

    /// @param target chooses the loop when the connection moves; null when it stays where it is
    LoopChange(
            SocketConnection connection, Channel channel, ReplyWriter replies, @Nullable Supplier<NetworkLoop> target) {
        this.connection = connection;
        this.channel = channel;
        this.replies = replies;
        this.target = target;
    }

    /// Whether the connection is on its way: no request is handled until it is there.
    boolean isWanted() {
        return wanted;
    }

    /// Moves the connection, once.
    void want() {
        if (target == null || begun) return;
        LoginQueue.gotIn(channel);
        wanted = true;
        beginLater();
    }

    /// Tries to begin, in a task of its own: not while a request is handled further up the stack.
    void beginLater() {
        if (!begun) connection.onLoop(this::begin);
    }

    private void begin() {
        if (begun || !connection.isQuiet()) return;
        if (connection.unsentReplyBytes() > 0) {
            replies.afterAll(_ -> connection.onLoop(this::begin));
            return;
        }
        begun = true;
        var _ = channel.deregister().addListener(_ -> register());
    }

    private void register() {
        Supplier<NetworkLoop> next = target;
        if (next == null) throw new IllegalStateException("bug: nowhere to go");
        if (!channel.isOpen()) {
            connection.closed(); // its handlers are gone, so that no event says so
            return;
        }
        NetworkLoop loop = next.get();
        wanted = false;
        connection.moveTo(loop);
        var _ = loop.eventLoop().register(channel).addListener(registered -> {
            if (registered.isSuccess()) connection.arrived();
            else connection.closed(); // closed before it was there: no event says so
        });
    }
}
