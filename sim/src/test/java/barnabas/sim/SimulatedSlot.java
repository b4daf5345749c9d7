package barnabas.sim;

import barnabas.base.Check;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlice;
import barnabas.net.ReplySlot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The place of one reply in its connection. Completed by any thread, once.
final class SimulatedSlot implements ReplySlot {
    private final SimulatedConnection connection;
    private final byte[] request;
    private boolean handling = true;
    private boolean holdsLater;
    private boolean completed;
    private boolean closes;
    private @Nullable Reply reply;
    private @Nullable Runnable closedAction;

    SimulatedSlot(SimulatedConnection connection, byte[] request) {
        this.connection = connection;
        this.request = request;
    }

    private record Bytes(ByteBuffer bytes) implements ReplyBuffer {
        @Override
        public int sizeBytes() {
            return bytes.capacity();
        }

        @Override
        public void discard() {}
    }

    // ---- for the connection

    void handled() {
        handling = false;
    }

    boolean isCompleted() {
        return completed;
    }

    boolean holdsLater() {
        return holdsLater && !completed;
    }

    boolean closes() {
        return closes;
    }

    /// The reply's bytes; null when there is none. Closes the connection when a file ends too early.
    byte @Nullable [] frame() {
        Reply taken = reply;
        if (taken == null) return null;
        reply = null;
        try {
            return bytesOf(taken);
        } catch (IOException e) {
            closes = true;
            return null;
        } finally {
            taken.discard();
        }
    }

    private static byte[] bytesOf(Reply reply) throws IOException {
        var out = new ByteArrayOutputStream();
        ByteBuffer bytes = reply.buffer().bytes();
        int at = 0;
        for (Reply.Splice splice : reply.splices()) {
            append(out, bytes.slice(at, splice.at() - at));
            at = splice.at();
            append(out, content(splice.slice()));
        }
        append(out, bytes.slice(at, reply.buffer().sizeBytes() - at));
        return out.toByteArray();
    }

    private static ByteBuffer content(ReplySlice slice) throws IOException {
        if (slice instanceof ReplySlice.MemorySlice memory)
            return memory.bytes().duplicate();
        var file = (ReplySlice.FileSlice) slice;
        var bytes = ByteBuffer.allocate(file.sizeBytes());
        if (file.file().read(bytes, file.position()) < file.sizeBytes()) throw new IOException("file ended early");
        return bytes.flip();
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        out.write(copy, 0, copy.length);
    }

    void discard() {
        if (reply != null) reply.discard();
        reply = null;
    }

    boolean discardIfCompleted() {
        if (completed) discard();
        return completed;
    }

    void connectionClosed() {
        Runnable action = closedAction;
        closedAction = null;
        if (action != null && !completed) action.run();
    }

    private void complete() {
        if (completed) {
            connection.server().findings().violation("a reply slot was completed twice");
            throw new IllegalStateException("bug: reply slot completed twice");
        }
        completed = true;
        if (connection.isOpen()) connection.completed();
        else discard();
    }

    // ---- what the broker sees

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public ReplyBuffer allocate(int sizeBytes) {
        connection.server().process().allocates();
        return new Bytes(ByteBuffer.allocate(sizeBytes));
    }

    @Override
    public void send(Reply finished) {
        reply = finished;
        complete();
    }

    @Override
    public void sendNothing() {
        complete();
    }

    @Override
    public void closeConnection(CloseReason reason, String detail) {
        connection.server().transcript().event("close", "c" + connection.id() + ": " + reason + " " + detail);
        closes = true;
        complete();
    }

    @Override
    public void fail(Throwable cause) {
        connection
                .server()
                .findings()
                .threadFailed(connection.server().process().name(), "request", cause);
        if (completed) return;
        closes = true;
        complete();
    }

    @Override
    public ByteBuffer keepFrame() {
        Check.that(handling, "a frame is kept while it is handled");
        connection.server().process().allocates();
        return ByteBuffer.wrap(request.clone());
    }

    /// Memory has no limit here.
    @Override
    public void weighs(int moreBytes) {}

    @Override
    public void releaseFrame() {}

    @Override
    public void keepsNothing() {}

    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public boolean mayReply(int sizeBytes) {
        return true;
    }

    @Override
    public void holdLaterRequests() {
        Check.that(handling, "later requests are held while one is handled");
        holdsLater = true;
    }

    @Override
    public void onConnectionClosed(Runnable action) {
        Check.that(closedAction == null, "second action for the close of one slot's connection");
        if (!connection.isOpen() && !completed) action.run();
        else closedAction = action;
    }
}
