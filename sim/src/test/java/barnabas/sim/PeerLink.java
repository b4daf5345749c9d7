package barnabas.sim;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node's side of a connection that it made to another node. On the simulation's thread, and the node's threads.
final class PeerLink implements Link {
    private final long id;
    private final int from;
    private final int nodeId;
    private final Wire there;
    private final Transcript transcript;
    private final Consumer<byte[]> frames;
    private final Runnable whenBroken;
    private @Nullable SimulatedConnection peer;
    private boolean open = true;

    PeerLink(
            long id,
            int from,
            int nodeId,
            Wire there,
            Transcript transcript,
            Consumer<byte[]> frames,
            Runnable whenBroken) {
        this.id = id;
        this.from = from;
        this.nodeId = nodeId;
        this.there = there;
        this.transcript = transcript;
        this.frames = frames;
        this.whenBroken = whenBroken;
    }

    void send(byte[] frame) {
        if (!open) return;
        transcript.frame("n" + from + " c" + id + " -> n" + nodeId, frame);
        there.send(() -> peer().arrived(frame));
    }

    /// Ends this side, and the other when it has heard of it.
    void close() {
        if (!open) return;
        open = false;
        there.send(() -> peer().lost());
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
    public int from() {
        return from;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public SimulatedConnection peer() {
        SimulatedConnection connection = peer;
        if (connection == null) throw new IllegalStateException("bug: not connected");
        return connection;
    }

    @Override
    public void connected(SimulatedConnection connection) {
        peer = connection;
    }

    @Override
    public void frame(byte[] frame) {
        if (!open) return;
        transcript.frame("n" + nodeId + " -> n" + from + " c" + id, frame);
        frames.accept(frame);
    }

    @Override
    public void broken() {
        if (!open) return;
        open = false;
        whenBroken.run();
    }
}
