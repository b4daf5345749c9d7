package barnabas.net.socket;

import barnabas.net.CloseReason;
import barnabas.net.ListenerConfig;
import barnabas.net.Outcome;
import barnabas.net.Reply;
import barnabas.net.RequestLimits;
import barnabas.net.rate.MutedTime;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A connection on a socket: the last handler of its pipeline, between [FrameReader] and [ReplyOrder]. Owner: its
/// event loop; the methods of [barnabas.net.Connection] hop there.
final class SocketConnection extends ChannelConnection {
    private enum State {
        OPEN,
        /// Handles no more requests; sends the replies to those it has.
        DRAINING,
        /// Sends no more replies.
        ENDING
    }

    private final LoopChange change;
    private final SharedState shared;
    private final FrameReader reader;
    private final ReplyOrder order;
    private final ReplyWriter replies;
    private final IdleWatch idleWatch;
    private final List<Runnable> closedActions = new ArrayList<>(1);

    private State state = State.OPEN;
    /// The channel has closed. Requests that the client sent before are still handled, see [#leave].
    private boolean left;
    private boolean ended;
    /// Requests that were begun since and wait.
    private int waitingSinceLeft;
    private boolean reading;
    private boolean resuming;
    private boolean resumeAgain;
    private boolean awaitsFlush;
    private final HandlingTurn turn;

    private @Nullable SocketReplySlot handledSlot;
    private @Nullable ByteBuffer handledFrame;
    private @Nullable ByteBuf handledFrameMemory;
    private long receivedBytes;
    private final MutedTime mute;

    /// @param serving chooses the loop that serves the client once it has logged in; null when `loop` does
    SocketConnection(
            long id,
            Channel channel,
            ListenerConfig listener,
            NetworkLoop loop,
            @Nullable Supplier<NetworkLoop> serving,
            SharedState shared) {
        super(id, channel, listener.name(), loop, shared.threads());
        this.shared = shared;
        this.turn = new HandlingTurn(shared.clock());
        this.mute = new MutedTime(this, shared.clock(), this::resume);
        RequestLimits limits = shared.config().requests();
        this.reader =
                new FrameReader(this, shared.memory(), loop.readBuffer(), channel.alloc(), limits.requestBytesMax());
        this.order = new ReplyOrder(this, channel, shared, limits.unsentReplyBytesMax());
        this.replies = new ReplyWriter(
                this,
                channel,
                order,
                shared.counters(),
                listener.tlsEngines() == null
                        ? null
                        : new EncryptedReplies(channel, limits.unsentReplyBytesMax(), this::madeRoom));
        this.change = new LoopChange(this, channel, replies, serving);
        this.idleWatch = new IdleWatch(
                shared.config().connections().idleMax(), shared.clock().nanos());
    }

    FrameReader reader() {
        return reader;
    }

    ReplyOrder order() {
        return order;
    }

    // ---- what the broker sees

    @Override
    public void limitFrames(int bytesMax) {
        reader.limit(Math.min(bytesMax, shared.config().requests().requestBytesMax()));
    }

    @Override
    public void loggedIn() {
        change.want();
    }

    @Override
    public void mute(long nanos) {
        if (!isOnLoop()) {
            onLoop(() -> mute(nanos));
            return;
        }
        mute.lastFor(nanos);
        if (!isBusy()) updateReading();
    }

    @Override
    public void onClosed(Runnable action) {
        if (isOnLoop()) {
            if (ended) guarded(action);
            else closedActions.add(action);
            return;
        }
        try {
            channel.eventLoop().execute(() -> onClosed(action));
        } catch (RejectedExecutionException e) {
            guarded(action);
        }
    }

    @Override
    public void close(CloseReason reason, String detail) {
        if (!isOnLoop()) {
            onLoop(() -> close(reason, detail));
            return;
        }
        end(reason, detail);
        var _ = channel.close();
    }

    // ---- what the pipeline says

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.connections().add(this);
        guarded(() -> shared.handler().opened(this));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        int arrived = reader.arrivedBytes(in);
        long nanos = shared.clock().nanos();
        if (!reading) turn.begin(nanos);
        reading = true;
        idleWatch.moved(nanos);
        receivedBytes += arrived;
        shared.counters().bytesIn.add(arrived);
        reader.read(in);
        updateReading();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        replies.flush();
        if (reader.hasBacklog()) resume();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) return;
        replies.roomChanged();
        madeRoom();
    }

    private void madeRoom() {
        order.roomChanged();
        resume();
    }

    /// Whether the client has taken enough of its replies. From any thread.
    boolean hasRoomForReplies() {
        return replies.hasRoom();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (state == State.ENDING) {
            var _ = channel.close();
        } else if (cause instanceof OutOfMemoryError) {
            logFailure(cause);
            close(CloseReason.OUT_OF_MEMORY, cause.toString());
        } else if (cause instanceof IOException) {
            because(CloseReason.CONNECTION_LOST, cause.toString());
            var _ = channel.close();
        } else {
            logFailure(cause);
            close(CloseReason.HANDLER_FAILED, cause.toString());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed();
    }

    /// The channel has closed.
    void closed() {
        if (left) return;
        because(CloseReason.CLIENT_CLOSED, "");
        left = true;
        reading = false;
        order.close();
        replies.close();
        shared.memory().finished(this); // others shall not wait for the rest of its frame
        reportClosed(shared.counters());
        resume();
    }

    /// Ends the state of a closed connection: once nothing is left to handle, or with the server.
    void leave() {
        if (ended || !left) return;
        ended = true;
        state = State.ENDING;
        loop.connections().remove(this);
        reader.close();
        closedActions.forEach(this::guarded);
    }

    // ---- requests

    /// Whether the next request may be handled now.
    boolean mayHandle() {
        if (left) return state == State.OPEN && !turn.isOver() && !order.holdsLaterRequests();
        return state == State.OPEN
                && !mute.isMuted()
                && !change.isWanted()
                && !turn.isOver()
                && order.size() < shared.config().requests().requestsInFlightMax()
                && replies.hasRoom()
                && !order.holdsLaterRequests()
                && !isHeldForReplies();
    }

    /// Whether the next of several requests that arrived together may be handled now.
    boolean mayHandleNext() {
        turn.endIfDue(this);
        return mayHandle();
    }

    /// Whether all clients together leave too many replies unread, and this one some of them.
    private boolean isHeldForReplies() {
        return !shared.replies().hasRoom() && unsentReplyBytes() > 0;
    }

    boolean mayWait(int frameBytes) {
        return shared.memory().mayWait(frameBytes + RequestLimits.WAITING_REQUEST_BYTES);
    }

    boolean isEnding() {
        return state != State.OPEN;
    }

    /// Closes for what the client sent, behind the replies to what it sent before.
    void refuse(CloseReason reason, String detail) {
        var slot = new SocketReplySlot(this);
        order.add(slot);
        slot.closeConnection(reason, detail);
    }

    /// Leaves what the client has sent and will send unread: a slot before it closes the connection.
    void handleNoMore() {
        if (isOnLoop()) {
            if (state == State.OPEN) state = State.DRAINING;
        } else {
            onLoop(this::handleNoMore);
        }
    }

    /// Hands one frame to the handler.
    ///
    /// @param memory the frame's own buffer, null when it lies in the shared one
    void handle(ByteBuffer frame, @Nullable ByteBuf memory) {
        var slot = new SocketReplySlot(this);
        int frameBytes = frame.remaining();
        order.add(slot);
        turn.handles();
        handledSlot = slot;
        handledFrame = frame;
        handledFrameMemory = memory;
        shared.counters().requests.increment();
        try {
            shared.handler().handle(this, frame, slot);
        } catch (Throwable failure) {
            logFailure(failure);
            close(CloseReason.HANDLER_FAILED, failure.toString());
            slot.completeIfMissing(Outcome.Nothing.INSTANCE);
        } finally {
            handledSlot = null;
            handledFrame = null;
            handledFrameMemory = null;
        }
        if (slot.isCompleted()) return;
        if (slot.charge(shared.memory(), frameBytes)) order.waits();
        if (left && !slot.holdsLaterRequests()) waitsSinceLeft();
    }

    /// No client limits the number of requests any more by waiting for its answers.
    private void waitsSinceLeft() {
        if (++waitingSinceLeft >= shared.config().requests().requestsInFlightMax()) state = State.ENDING;
    }

    /// The frame that is being handled, which must be this slot's.
    ByteBuffer handledFrame(SocketReplySlot slot) {
        ByteBuffer frame = handledFrame;
        if (frame == null || handledSlot != slot) throw new IllegalStateException("bug: allowed only within handle");
        return frame;
    }

    @Nullable
    ByteBuf handledFrameMemory() {
        return handledFrameMemory;
    }

    void resumeLater() {
        onLoop(this::resume);
    }

    /// Goes on with requests that could not be handled, and with reading, as far as that is possible now. Replies
    /// that are sent meanwhile may make more possible: a loop, not a recursion.
    void resume() {
        if (isBusy()) {
            resumeAgain = true;
            return;
        }
        resuming = true;
        try {
            do {
                resumeAgain = false;
                if (reader.hasBacklog() && mayHandle()) {
                    turn.begin(shared.clock().nanos());
                    reader.resume();
                }
                replies.flush();
            } while (resumeAgain);
        } finally {
            resuming = false;
        }
        if (!left) updateReading();
        else if (state != State.OPEN || !reader.hasBacklog()) leave();
    }

    /// Reads on when what is read can be handled or, for the rest of a frame, be held. While requests can not be
    /// handled it stops only when the client has sent more: most clients wait for their reply anyway.
    private void updateReading() {
        boolean wanted;
        if (mayHandle()) {
            wanted = !reader.hasBacklog()
                    && (!reader.holdsIncompleteFrame() || shared.memory().mayReadOn(this));
        } else {
            wanted = state == State.OPEN && reader.isBetweenFrames() && !change.isWanted();
            shared.memory().finished(this); // others shall not wait for one that waits for its client
            if (!awaitsFlush && replies.unsentBytes() > 0 && isHeldForReplies()) awaitFlush();
        }
        if (channel.config().isAutoRead() != wanted) channel.config().setAutoRead(wanted);
    }

    /// Goes on when the client has taken all that was written so far.
    private void awaitFlush() {
        awaitsFlush = true;
        replies.afterAll(_ -> {
            awaitsFlush = false;
            resumeLater();
        });
    }

    // ---- replies

    /// The outcome whose turn it is.
    void finished(Outcome outcome) {
        if (state == State.ENDING) {
            outcome.discard();
            return;
        }
        if (outcome instanceof Reply reply) {
            replies.write(reply);
        } else if (outcome instanceof Outcome.Close close) {
            end(close.reason(), close.detail());
            closeWhenSent();
        }
    }

    /// After one or more calls of [#finished].
    void drained() {
        idleWatch.moved(shared.clock().nanos());
        if (state == State.DRAINING && order.size() == 0) {
            end(CloseReason.SERVER_CLOSING, "");
            closeWhenSent();
        }
        if (!isBusy()) resume();
        if (change.isWanted()) change.beginLater();
    }

    /// Whether nothing is under way that belongs to the event loop, so that another one may go on.
    boolean isQuiet() {
        return state == State.OPEN && !left && !isBusy() && order.size() == 0;
    }

    /// Leaves the event loop for another one, which the channel is registered with next.
    void moveTo(NetworkLoop next) {
        loop.connections().remove(this);
        loop = next;
        reader.readInto(next.readBuffer());
    }

    /// The channel is registered with the loop that it has moved to. On that loop.
    void arrived() {
        if (ended) return;
        loop.connections().add(this);
        resume();
        if (loop.isDraining()) drain();
    }

    /// True while this connection's requests are being handled, further up the stack: replies are then flushed
    /// together and reading goes on at the end of that.
    boolean isBusy() {
        return reading || resuming;
    }

    // ---- the end

    /// Answers what has been asked, asks for no more, then closes.
    void drain() {
        if (state != State.OPEN) return;
        state = State.DRAINING;
        updateReading();
        if (order.size() > 0) return;
        end(CloseReason.SERVER_CLOSING, "");
        closeWhenSent();
    }

    @Override
    public void closeWhenAnswered(CloseReason reason, String detail) {
        because(reason, detail);
        drain();
    }

    private void end(CloseReason reason, String detail) {
        state = State.ENDING;
        because(reason, detail);
    }

    private void closeWhenSent() {
        if (channel.config().isAutoRead()) channel.config().setAutoRead(false);
        replies.afterAll(ChannelFutureListener.CLOSE);
    }

    /// Closes this connection if it has been idle or stalled for too long.
    void sweep(long nowNanos) {
        if (left) return;
        // A client that waits for our reply is not idle, one that does not take it is.
        boolean waitsForUs = mute.isMuted() || (order.size() > 0 && replies.hasRoom() && state != State.ENDING);
        boolean stallMatters = shared.memory().isShort()
                && reader.holdsIncompleteFrame()
                && channel.config().isAutoRead();
        switch (idleWatch.look(nowNanos, waitsForUs, stallMatters, receivedBytes, replies.untakenBytes())) {
            case MOVING -> {}
            case IDLE -> close(CloseReason.IDLE, "");
            case STALLED -> close(CloseReason.FRAME_STALLED, "");
        }
    }

    /// For counters: from any thread.
    long unsentReplyBytes() {
        return order.queuedBytes() + replies.unsentBytes();
    }
}
