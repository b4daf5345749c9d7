package barnabas.cluster.envelope;

import barnabas.broker.request.ClientState;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A client behind a broker: its identity and address, on the connection of the broker.
final class ForwardedConnection implements Connection {
    private final Connection broker;
    private final InetSocketAddress client;
    private volatile @Nullable Object attachment;

    ForwardedConnection(Connection broker, ClientState state, InetSocketAddress client) {
        this.broker = broker;
        this.client = client;
        this.attachment = state;
    }

    @Override
    public long id() {
        return broker.id();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return client;
    }

    @Override
    public InetSocketAddress localAddress() {
        return broker.localAddress();
    }

    @Override
    public String listenerName() {
        return broker.listenerName();
    }

    @Override
    public boolean isOpen() {
        return broker.isOpen();
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object state) {
        attachment = state;
    }

    @Override
    public void onClosed(Runnable action) {
        broker.onClosed(action);
    }

    @Override
    public void onLoop(Runnable action) {
        broker.onLoop(action);
    }

    @Override
    public Future<?> onLoopAfter(long delayNanos, Runnable action) {
        return broker.onLoopAfter(delayNanos, action);
    }

    @Override
    public boolean isOnLoop() {
        return broker.isOnLoop();
    }

    /// Only the one request ends: others of the broker's clients share the connection.
    @Override
    public void close(CloseReason reason, String detail) {}
}
