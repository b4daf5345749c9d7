package barnabas.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The client's side of a connection. Owner: one thread of the clients, which waits in [#receive].
final class ClientLink implements Link {
    private final long id;
    private final int nodeId;
    private final SimulatedProcess client;
    private final Wire there;
    private final Transcript transcript;
    private final Deque<byte[]> arrived = new ArrayDeque<>();
    private @Nullable SimulatedConnection peer;
    private @Nullable Thread waiting;
    private boolean open = true;

    ClientLink(long id, int nodeId, SimulatedProcess client, Wire there, Transcript transcript) {
        this.id = id;
        this.nodeId = nodeId;
        this.client = client;
        this.there = there;
        this.transcript = transcript;
    }

    @Override
    public void connected(SimulatedConnection connection) {
        peer = connection;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public int nodeId() {
        return nodeId;
    }

    @Override
    public SimulatedConnection peer() {
        SimulatedConnection connection = peer;
        if (connection == null) throw new IllegalStateException("bug: not connected");
        return connection;
    }

    @Override
    public int from() {
        return SimulatedNetwork.CLIENTS;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    void send(byte[] frame) {
        if (!open) return;
        transcript.frame("c" + id + " -> n" + nodeId, frame);
        there.send(() -> peer().arrived(frame));
    }

    /// The next frame; null when none came in time, the connection is broken, or the thread is interrupted.
    byte @Nullable [] receive(long deadlineNanos) {
        waiting = Thread.currentThread();
        try {
            while (arrived.isEmpty()) {
                if (!open
                        || client.nanos() - deadlineNanos >= 0
                        || Thread.currentThread().isInterrupted()) return null;
                client.parkUntil(this, deadlineNanos);
            }
            return arrived.remove();
        } finally {
            waiting = null;
        }
    }

    /// Ends this side, and the other after the end has arrived there.
    void close() {
        if (!open) return;
        open = false;
        there.send(() -> peer().lost());
    }

    // ---- on the simulation's thread

    @Override
    public void frame(byte[] frame) {
        if (!open) return;
        transcript.frame("n" + nodeId + " -> c" + id, frame);
        arrived.add(frame);
        wake();
    }

    @Override
    public void broken() {
        open = false;
        wake();
    }

    private void wake() {
        if (waiting != null) LockSupport.unpark(waiting);
    }
}
