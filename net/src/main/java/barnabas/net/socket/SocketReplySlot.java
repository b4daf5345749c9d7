package barnabas.net.socket;

import barnabas.base.Check;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Outcome;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.net.RequestLimits;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Place of a request in [ReplyOrder]. Completed by any thread, taken by the event loop or, once the connection has
/// closed, by the first thread to reach it; the other fields belong to the event loop.
final class SocketReplySlot implements ReplySlot {
    private static final VarHandle OUTCOME;
    private static final VarHandle CLOSED_ACTION;
    private static final VarHandle CHARGED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OUTCOME = lookup.findVarHandle(SocketReplySlot.class, "outcome", Outcome.class);
            CLOSED_ACTION = lookup.findVarHandle(SocketReplySlot.class, "closedAction", Runnable.class);
            CHARGED = lookup.findVarHandle(SocketReplySlot.class, "chargedBytes", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SocketConnection connection;

    /// The request that arrived after this one.
    @Nullable
    SocketReplySlot next;

    /// Bytes charged to [RequestMemory] from the moment this slot waits until it is completed, whether its
    /// connection is still open or not: a request that is being handled takes its memory either way.
    private volatile int chargedBytes;

    private volatile @Nullable Outcome outcome;
    private volatile @Nullable Runnable closedAction;
    private boolean keepsNothing;
    private boolean holdsLaterRequests;
    /// Bytes of the decoded request beside its frame.
    private int decodedBytes;
    private @Nullable ByteBuf keptMemory;

    SocketReplySlot(SocketConnection connection) {
        this.connection = connection;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public ReplyBuffer allocate(int sizeBytes) {
        return connection.order().allocate(this, sizeBytes);
    }

    @Override
    public void send(Reply reply) {
        complete(reply);
    }

    @Override
    public void sendNothing() {
        complete(Outcome.Nothing.INSTANCE);
    }

    @Override
    public void closeConnection(CloseReason reason, String detail) {
        // For a client that has left this is the end of one request: what else it sent is handled.
        if (reason != CloseReason.CLIENT_CLOSED) connection.handleNoMore();
        complete(new Outcome.Close(reason, detail));
    }

    @Override
    public void fail(Throwable cause) {
        connection.logFailure(cause);
        connection.handleNoMore();
        // A call may fail after its answer was handed over: the answer stands.
        completeIfMissing(new Outcome.Close(CloseReason.HANDLER_FAILED, cause.toString()));
    }

    @Override
    public ByteBuffer keepFrame() {
        ByteBuffer frame = connection.handledFrame(this);
        ByteBuf ownMemory = connection.handledFrameMemory();
        if (ownMemory == null) {
            ByteBuffer copy = ByteBuffer.allocate(frame.capacity());
            copy.put(0, frame, 0, frame.capacity());
            return copy;
        }
        if (keptMemory == null) keptMemory = ownMemory.retain();
        return frame.slice(0, frame.capacity());
    }

    @Override
    public void releaseFrame() {
        if (keptMemory != null) keptMemory.release();
        keptMemory = null;
    }

    @Override
    public void keepsNothing() {
        keepsNothing = true;
    }

    @Override
    public boolean mayWait() {
        return connection.mayWait(connection.handledFrame(this).capacity() + decodedBytes);
    }

    @Override
    public void weighs(int moreBytes) {
        connection.handledFrame(this);
        decodedBytes += moreBytes;
    }

    @Override
    public boolean mayReply(int sizeBytes) {
        return connection.order().mayReply(this, sizeBytes);
    }

    @Override
    public void holdLaterRequests() {
        connection.handledFrame(this);
        holdsLaterRequests = true;
        if (outcome == null) connection.order().holdBehind(this);
    }

    /// From any thread that the request was handed to.
    boolean holdsLaterRequests() {
        return holdsLaterRequests;
    }

    @Override
    public void onConnectionClosed(Runnable action) {
        Check.that(
                CLOSED_ACTION.compareAndSet(this, null, action),
                "second action for the close of one slot's connection");
        if (connection.order().isClosed() && outcome == null) runClosedAction();
    }

    boolean isCompleted() {
        return outcome != null;
    }

    /// Charges this slot, which has to wait, to the request memory; false when it keeps nothing.
    boolean charge(RequestMemory memory, int frameBytes) {
        if (keepsNothing && keptMemory == null) return false;
        int bytes = frameBytes + decodedBytes + RequestLimits.WAITING_REQUEST_BYTES;
        memory.waits(bytes);
        chargedBytes = bytes;
        // The handler may have closed the connection, and another thread completed this slot since.
        if (connection.order().isClosed() && isCompleted()) giveBack(memory);
        return true;
    }

    boolean isCharged() {
        return chargedBytes > 0;
    }

    /// Gives the charge back, once. This slot is completed.
    void giveBack(RequestMemory memory) {
        if (chargedBytes > 0) memory.waitsNoMore((int) CHARGED.getAndSet(this, 0));
    }

    /// The outcome, once; null while there is none.
    @Nullable
    Outcome take() {
        if (outcome == null) return null;
        Outcome taken = (Outcome) OUTCOME.getAndSet(this, Outcome.Taken.INSTANCE);
        return taken;
    }

    void runClosedAction() {
        if (closedAction == null) return;
        Runnable action = (Runnable) CLOSED_ACTION.getAndSet(this, (Runnable) null);
        if (action != null) action.run();
    }

    /// Completes this slot unless it is: for a handler that threw, whatever it did before.
    void completeIfMissing(Outcome last) {
        if (OUTCOME.compareAndSet(this, null, last)) completed();
    }

    private void complete(Outcome last) {
        if (!OUTCOME.compareAndSet(this, null, last)) {
            last.discard();
            throw new IllegalStateException("bug: reply slot completed twice");
        }
        completed();
    }

    private void completed() {
        releaseFrame();
        connection.order().completed(this);
    }
}
