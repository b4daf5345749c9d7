package barnabas.broker.request;

import barnabas.net.CloseReason;
import barnabas.net.ReplySlot;
import java.nio.ByteBuffer;

/// Authentication of one connection, in front of every request. Owner: the connection's event loop.
public interface Session {
    /// Of a connection that has nothing left to prove.
    Session OPEN = (_, _, _) -> true;

    /// Of a connection that is about to close.
    Session CLOSED = (_, slot, _) -> {
        slot.closeConnection(CloseReason.AUTHENTICATION_FAILED, "");
        return false;
    };

    /// Whether the frame is a request that may be handled now. If not, this has completed the slot.
    ///
    /// @param frame at its first byte, where it must be left when the answer is true
    /// @param nowNanos on the scale of [barnabas.base.Clock#nanos]
    boolean admits(ByteBuffer frame, ReplySlot slot, long nowNanos);
}
