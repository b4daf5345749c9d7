package barnabas.sim;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The node's side of a connection, above the socket: frames in order to the handler, replies in the order of requests.
/// Owner: its event loop.
final class SimulatedConnection implements Connection {
    private static final int IN_FLIGHT_MAX = 128;
    private static final int CLIENT_PORT = 40_000;
    /// Bytes of a frame that was handled: a slice of it that was kept shows this.
    private static final byte GONE = (byte) 0xDE;

    private final long id;
    private final SimulatedServer server;
    private final Link client;
    private final Wire back;
    private final SimulatedLoop loop;
    private final Deque<byte[]> backlog = new ArrayDeque<>();
    private final Deque<SimulatedSlot> order = new ArrayDeque<>();
    private final List<Runnable> closedActions = new ArrayList<>();
    private @Nullable Object attachment;
    private boolean open = true;
    private boolean draining;
    private boolean handling;

    SimulatedConnection(long id, SimulatedServer server, Link client, Wire back, SimulatedLoop loop) {
        this.id = id;
        this.server = server;
        this.client = client;
        this.back = back;
        this.loop = loop;
    }

    SimulatedServer server() {
        return server;
    }

    // ---- on the simulation's thread

    void arrived(byte[] frame) {
        loop.execute(() -> {
            if (!open || draining) return;
            backlog.add(frame);
            handleBacklog();
        });
    }

    /// The client is gone.
    void lost() {
        loop.execute(this::end);
    }

    // ---- on the loop

    private void handleBacklog() {
        if (handling) return;
        handling = true;
        try {
            while (open && !backlog.isEmpty() && mayHandle()) handle(backlog.remove());
        } finally {
            handling = false;
        }
        sendReplies();
    }

    private boolean mayHandle() {
        if (order.size() >= IN_FLIGHT_MAX) return false;
        for (SimulatedSlot slot : order) if (slot.holdsLater()) return false;
        return true;
    }

    private void handle(byte[] frame) {
        var slot = new SimulatedSlot(this, frame);
        order.add(slot);
        byte[] view = frame.clone();
        try {
            server.handler().handle(this, ByteBuffer.wrap(view), slot);
        } catch (Throwable e) {
            server.findings().threadFailed(server.process().name(), "handler", e);
            end();
        } finally {
            slot.handled();
            Arrays.fill(view, GONE);
        }
    }

    /// A slot has its outcome, on any thread.
    void completed() {
        if (isOnLoop() && !handling) sendReplies();
        else loop.execute(this::sendReplies);
    }

    private void sendReplies() {
        boolean any = false;
        while (!order.isEmpty() && order.peek().isCompleted()) {
            any = true;
            SimulatedSlot slot = order.remove();
            if (!open) {
                slot.discard();
                continue;
            }
            byte[] frame = slot.frame();
            if (frame != null) back.send(() -> client.frame(frame));
            if (slot.closes()) end();
        }
        if (draining && order.isEmpty()) end();
        if (any && open && !backlog.isEmpty()) loop.execute(this::handleBacklog);
    }

    /// Answers what has been asked, then closes.
    void drain() {
        loop.execute(() -> {
            draining = true;
            sendReplies();
        });
    }

    /// Closes at once. The slots that have no outcome yet are discarded when they have it.
    void end() {
        if (!open) return;
        open = false;
        backlog.clear();
        back.send(client::broken);
        for (SimulatedSlot slot : order) slot.connectionClosed();
        order.removeIf(SimulatedSlot::discardIfCompleted);
        for (Runnable action : closedActions) guarded(action);
        closedActions.clear();
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            server.findings().threadFailed(server.process().name(), "loop", e);
            end();
        }
    }

    // ---- what the broker sees

    @Override
    public long id() {
        return id;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return SimulatedServer.addressOf(SimulatedNetwork.CLIENTS, CLIENT_PORT + (int) (id % 20_000));
    }

    @Override
    public InetSocketAddress localAddress() {
        return server.address();
    }

    @Override
    public String listenerName() {
        return server.listenerName();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(Object state) {
        this.attachment = state;
    }

    @Override
    public void onClosed(Runnable action) {
        loop.execute(() -> {
            if (open) closedActions.add(action);
            else guarded(action);
        });
    }

    @Override
    public void onLoop(Runnable action) {
        loop.execute(() -> guarded(action));
    }

    @Override
    public Future<?> onLoopAfter(long delayNanos, Runnable action) {
        var result = new CompletableFuture<@Nullable Void>();
        server.process()
                .later(
                        delayNanos,
                        () -> loop.execute(() -> {
                            if (!result.isDone()) guarded(action);
                        }));
        return result;
    }

    @Override
    public boolean isOnLoop() {
        return loop.isCurrent();
    }

    @Override
    public void close(CloseReason reason, String detail) {
        server.transcript().event("close", "c" + id + " by n" + client.nodeId() + ": " + reason + " " + detail);
        if (isOnLoop()) end();
        else loop.execute(this::end);
    }
}
