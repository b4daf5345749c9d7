package barnabas.broker.fetch;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A connection of which only its end matters.
final class OpenConnection implements Connection {
    private final long id;
    private final List<Runnable> closedActions = new ArrayList<>();

    OpenConnection(long id) {
        this.id = id;
    }

    int closedActions() {
        return closedActions.size();
    }

    void end() {
        closedActions.forEach(Runnable::run);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public InetSocketAddress localAddress() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String listenerName() {
        return "PLAINTEXT";
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public @Nullable Object attachment() {
        return null;
    }

    @Override
    public void attach(Object attachment) {}

    @Override
    public void onClosed(Runnable action) {
        closedActions.add(action);
    }

    @Override
    public void onLoop(Runnable action) {
        action.run();
    }

    @Override
    public Future<?> onLoopAfter(long delayNanos, Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOnLoop() {
        return true;
    }

    @Override
    public void close(CloseReason reason, String detail) {}
}
