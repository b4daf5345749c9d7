package barnabas.cluster.envelope;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The place of a forwarded request's answer: its bytes go into the answer of the envelope.
final class ForwardedSlot implements ReplySlot {
    /// Answer to a request in an envelope.
    sealed interface End {
        /// @param answer header and body, without the size
        record Answered(ByteBuffer answer) implements End {}

        /// The client's connection would have been closed.
        record Refused(String detail) implements End {}

        record Failed(Throwable cause) implements End {}
    }

    private final ReplySlot envelope;
    private final Connection client;
    private final ByteBuffer frame;
    private final Consumer<End> end;
    private final AtomicBoolean ended = new AtomicBoolean();

    /// @param envelope the slot of the envelope
    /// @param frame the request, in memory of its own
    ForwardedSlot(ReplySlot envelope, Connection client, ByteBuffer frame, Consumer<End> end) {
        this.envelope = envelope;
        this.client = client;
        this.frame = frame;
        this.end = end;
    }

    private void end(End given) {
        if (ended.compareAndSet(false, true)) end.accept(given);
    }

    @Override
    public Connection connection() {
        return client;
    }

    private record HeapBuffer(ByteBuffer bytes) implements ReplyBuffer {
        @Override
        public int sizeBytes() {
            return bytes.capacity();
        }

        @Override
        public void discard() {
            // memory of the heap
        }
    }

    @Override
    public ReplyBuffer allocate(int sizeBytes) {
        return new HeapBuffer(ByteBuffer.allocate(sizeBytes));
    }

    @Override
    public void send(Reply reply) {
        if (reply.splices().isEmpty())
            end(new End.Answered(reply.buffer().bytes().duplicate().clear()));
        else {
            reply.discard();
            end(new End.Failed(new IllegalStateException("bug: a controller answers with records")));
        }
    }

    @Override
    public void sendNothing() {
        end(new End.Refused("no answer"));
    }

    @Override
    public void closeConnection(CloseReason reason, String detail) {
        end(new End.Refused(reason + ": " + detail));
    }

    @Override
    public void fail(Throwable cause) {
        end(new End.Failed(cause));
    }

    @Override
    public ByteBuffer keepFrame() {
        return frame.duplicate().rewind();
    }

    @Override
    public void releaseFrame() {}

    @Override
    public void keepsNothing() {}

    @Override
    public void weighs(int moreBytes) {
        envelope.weighs(moreBytes);
    }

    @Override
    public boolean mayWait() {
        return envelope.mayWait();
    }

    @Override
    public boolean mayReply(int sizeBytes) {
        return envelope.mayReply(sizeBytes);
    }

    /// Requests of several clients come on one connection, and none waits for another one.
    @Override
    public void holdLaterRequests() {}

    @Override
    public void onConnectionClosed(Runnable action) {
        envelope.onConnectionClosed(action);
    }
}
