package barnabas.quorum;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// Sends requests of the quorum to other nodes. An answer, or what stands for it, always comes; on any thread.
public interface RaftTransport {
    /// @param nodeId negative for a bootstrap server, whose id is not known yet
    record Destination(int nodeId, String host, int port) {}

    /// @param lowestVersion up to `highestVersion`, what this node can say; the highest that the other one understands
    /// is used
    /// @param body encodes the request in a version
    record Request(short apiKey, short lowestVersion, short highestVersion, IntFunction<ByteBuffer> body) {}

    sealed interface Outcome {
        /// @param version that the request was sent in
        record Answered(short version, ByteBuffer body) implements Outcome {}

        /// No way to the other node, or no answer in time.
        record Unreachable(String reason) implements Outcome {}

        /// The connection could not be made, or closed before the answer.
        record Disconnected(String reason) implements Outcome {}

        /// The other node has none of the versions.
        record NoCommonVersion() implements Outcome {}
    }

    /// @param timeoutMillis after which the outcome is [Outcome.Unreachable]
    void send(Destination to, Request request, int timeoutMillis, Consumer<Outcome> outcome);

    /// Connects once and closes the connection again. Waits; on a thread where that does no harm.
    ///
    /// @return whether the host answered that nothing listens there; false without an answer
    default boolean isRefused(Destination at) {
        return false;
    }
}
