package barnabas.sim;

import barnabas.base.Deadline;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ApiKey;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.Messages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node's way to another node: frames over the simulated network, no handshake, since all nodes run the same code.
/// Outcomes come on an event loop of the node. Owner: the simulation, on which one thread runs at a time.
final class SimulatedPeer implements Peer {
    private static final long RECONNECT_NANOS = 50_000_000;

    private record Waiting(ApiKey key, short version, Consumer<PeerOutcome> done, Simulation.Timer timer) {}

    private final int from;
    private final int to;
    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final SimulatedLoop loop;
    private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
    private @Nullable PeerLink link;
    private int correlation;
    private boolean closed;

    SimulatedPeer(int from, int to, SimulatedNetwork network, SimulatedProcess process) {
        this.from = from;
        this.to = to;
        this.network = network;
        this.process = process;
        this.loop = new SimulatedLoop("peer-" + to, process);
    }

    @Override
    public void send(RequestMessage request, short versionMax, Deadline deadline, Consumer<PeerOutcome> done) {
        if (closed) {
            done.accept(new PeerOutcome.Refused(PeerOutcome.Reason.CLOSED, "closed"));
            return;
        }
        PeerLink open = connected();
        short version = (short) Math.min(versionMax, request.apiKey().highestStableVersion());
        int id = ++correlation;
        if (open == null) {
            Simulation.Timer timer = process.later(
                    RECONNECT_NANOS, () -> endOnLoop(id, new PeerOutcome.Disconnected(false, "n" + to + " refuses")));
            waiting.put(id, new Waiting(request.apiKey(), version, done, timer));
            return;
        }
        Simulation.Timer timer = process.later(deadline.leftNanos(), () -> loop.execute(() -> timedOut(id)));
        waiting.put(id, new Waiting(request.apiKey(), version, done, timer));
        open.send(Client.encode(id, version, request));
    }

    private @Nullable PeerLink connected() {
        PeerLink present = link;
        if (present == null || !present.isOpen()) {
            present = network.connect(
                    from, to, frame -> loop.execute(() -> arrived(frame)), () -> loop.execute(this::broken));
            link = present;
        }
        return present;
    }

    private void endOnLoop(int id, PeerOutcome outcome) {
        loop.execute(() -> end(id, outcome));
    }

    // ---- on the loop, but for the end

    private void end(int id, PeerOutcome outcome) {
        Waiting ended = waiting.remove(id);
        if (ended == null) return;
        ended.timer.cancel();
        ended.done.accept(outcome);
    }

    private void endAll(PeerOutcome outcome) {
        for (int id : new ArrayList<>(waiting.keySet())) end(id, outcome);
    }

    /// Messages behind a late one are late too.
    private void timedOut(int id) {
        if (!waiting.containsKey(id)) return;
        if (link != null) link.close();
        end(id, new PeerOutcome.TimedOut(true, "n" + to + " does not answer"));
        broken();
    }

    private void broken() {
        endAll(new PeerOutcome.Disconnected(true, "the connection to n" + to + " broke"));
    }

    private void arrived(byte[] frame) {
        if (process.isDead()) return;
        var reader = new MessageReader(ByteBuffer.wrap(frame));
        int id = reader.int32();
        Waiting asked = waiting.get(id);
        if (asked == null) return;
        if (asked.key.responseHeaderVersion(asked.version) > 0) reader.skip(1);
        end(id, new PeerOutcome.Answered(Messages.readResponse(asked.key, reader, asked.version), asked.version));
    }

    @Override
    public void close() {
        closed = true;
        if (link != null) link.close();
        broken();
        loop.close();
    }
}
