package barnabas.net;

import java.nio.ByteBuffer;

/// The place of one request's reply in its connection's order of replies. Reserved when the request arrives;
/// completed exactly once, from any thread, by [#send], [#sendNothing], [#closeConnection] or [#fail]. Replies
/// leave the connection in the order of their requests, whatever order they are completed in. Completing a slot of
/// a connection that has closed is allowed, does nothing visible and still releases what the reply holds; so every
/// slot is completed, always.
public interface ReplySlot {
    Connection connection();

    /// A buffer for `sizeBytes` bytes of this reply (without the 4-byte size, which is prefixed for you).
    ///
    /// On the event loop it returns at once. On any other thread it waits while the client leaves more than
    /// [RequestLimits#unsentReplyBytesMax] of finished replies unread and this slot is not the next to leave:
    /// memory stays bounded however slowly the client reads. Call it from a virtual thread, not from a pool that
    /// others need. An interrupt ends the wait (the thread's interrupt flag stays set), as does the end of the
    /// connection.
    ReplyBuffer allocate(int sizeBytes);

    /// Completes this slot with a reply and hands over everything in it.
    void send(Reply reply);

    /// Completes this slot without a reply (produce with acks=0).
    void sendNothing();

    /// Completes this slot by closing the connection; replies to earlier requests that are already complete are
    /// still sent, what comes after is dropped.
    ///
    /// @param detail for one debug line: what was wrong
    void closeConnection(CloseReason reason, String detail);

    /// Completes this slot after a bug or a broken machine: logs `cause` once at error level and closes the
    /// connection.
    void fail(Throwable cause);

    /// Keeps the frame after [FrameHandler#handle] returns, until this slot is completed. To be called from within
    /// `handle`. A frame inside the shared read buffer is copied; one with a buffer of its own is not.
    ///
    /// @return the whole frame, from position 0
    ByteBuffer keepFrame();

    /// Gives the memory of a kept frame back before this slot is completed: what was decoded does not refer to it. The
    /// request counts as before. By the one thread that the request was handed to.
    void releaseFrame();

    /// Says that nothing of the frame's content stays in memory while this slot waits, for instance because the
    /// records are already in the log. Otherwise an incomplete slot counts its frame's size against
    /// [RequestLimits#heldRequestBytesMax] from the moment `handle` returns. To be called from within `handle`.
    void keepsNothing();

    /// Adds bytes that the decoded request takes beside its frame to what it counts as while it waits. To be called
    /// from within `handle`, before [#mayWait].
    void weighs(int moreBytes);

    /// Whether this request may wait for what it is about. If not, too much waits already: it has to be answered or
    /// refused now. To be called from within `handle`.
    boolean mayWait();

    /// Whether a reply of this size may be allocated. If not, clients leave too many replies unread: the connection has
    /// to be closed.
    boolean mayReply(int sizeBytes);

    /// Leaves later requests of this connection unread until this slot is completed (authentication, requests whose
    /// successors rely on their effect). To be called from within `handle`.
    void holdLaterRequests();

    /// Runs `action` on the event loop if the connection closes before this slot is completed, so that a wait can
    /// be cancelled. At most one action per slot.
    void onConnectionClosed(Runnable action);
}
