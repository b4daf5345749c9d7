package barnabas.net;

import java.nio.ByteBuffer;

/// Handler of request frames.
public interface FrameHandler {
    /// Called on the connection's event loop with one whole request frame, in the order of arrival.
    ///
    /// `frame` runs from the first byte after the 4-byte size (position 0) to its end (limit), big-endian. It is a
    /// view of a buffer that the loop reuses: **it is valid until this method returns**, and so is every slice of
    /// it. Who needs the bytes longer calls [ReplySlot#keepFrame()] or copies them. The bytes may be changed in
    /// place (a broker assigns offsets inside record batches).
    ///
    /// This method must not block: what has to wait goes to a virtual thread. `reply` must be completed exactly
    /// once, now or later, from any thread. An exception closes this connection only.
    void handle(Connection connection, ByteBuffer frame, ReplySlot reply) throws Exception;

    /// Called on the event loop before the first frame of a new connection, for instance to [Connection#attach]
    /// state.
    default void opened(Connection connection) {}
}
