package barnabas.broker;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A connection over which nothing is sent, whose loop is the thread of the test.
public class StillConnection implements Connection {
    private final long id;

    public StillConnection(long id) {
        this.id = id;
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
        throw new UnsupportedOperationException();
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
