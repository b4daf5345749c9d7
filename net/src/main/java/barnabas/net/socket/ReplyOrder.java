package barnabas.net.socket;

import barnabas.net.Outcome;
import barnabas.net.ReplyBuffer;
import barnabas.net.RequestLimits;
import io.netty.channel.Channel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// The slots of one connection in request order, and the bound on replies that wait in memory.
///
/// Owner: the connection's event loop. Other threads complete slots, which the loop picks up in one task however
/// many there are, and [#allocate], which makes them wait while the client does not read.
final class ReplyOrder implements Runnable {
    private static final VarHandle QUEUED;
    private static final VarHandle DRAIN_SCHEDULED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUED = lookup.findVarHandle(ReplyOrder.class, "queuedBytes", long.class);
            DRAIN_SCHEDULED = lookup.findVarHandle(ReplyOrder.class, "drainScheduled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SocketConnection connection;
    private final Channel channel;
    private final RequestMemory memory;
    private final ReplyMemory replies;
    private final int unsentReplyBytesMax;

    private volatile @Nullable SocketReplySlot head;
    private @Nullable SocketReplySlot tail;
    private int size;
    /// Slots in the order that are charged to the request memory.
    private int charged;
    private @Nullable SocketReplySlot barrier;

    /// Bytes of reply buffers that were allocated but not yet written to the channel.
    private volatile long queuedBytes;

    private volatile boolean drainScheduled;
    private volatile boolean closed;

    /// Threads waiting in [#allocate]. Changed under this object's monitor; read without it after every change that
    /// such a thread may wait for (both sides volatile: one of them sees the other).
    private volatile int waiting;

    ReplyOrder(SocketConnection connection, Channel channel, SharedState shared, int unsentReplyBytesMax) {
        this.connection = connection;
        this.channel = channel;
        this.memory = shared.memory();
        this.replies = shared.replies();
        this.unsentReplyBytesMax = unsentReplyBytesMax;
    }

    int size() {
        return size;
    }

    boolean isClosed() {
        return closed;
    }

    long queuedBytes() {
        return queuedBytes;
    }

    /// True when a later request has to stay unread, for a slot's sake or for unread replies.
    boolean holdsLaterRequests() {
        return barrier != null || queuedBytes > unsentReplyBytesMax || charged >= RequestLimits.WAITING_REQUESTS_MAX;
    }

    void add(SocketReplySlot slot) {
        if (closed) return; // no reply leaves any more
        SocketReplySlot last = tail;
        if (last == null) head = slot;
        else last.next = slot;
        tail = slot;
        size++;
    }

    /// The slot that was added last waits and its frame is charged.
    void waits() {
        if (!closed) charged++;
    }

    void holdBehind(SocketReplySlot slot) {
        barrier = slot;
    }

    ReplyBuffer allocate(SocketReplySlot slot, int sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > Integer.MAX_VALUE - PooledReplyBuffer.PREFIX_BYTES)
            throw new IllegalArgumentException("reply of " + sizeBytes + " bytes");
        // A slot that holds later requests back is the only one of its connection, and has its request's memory: that
        // must not depend on how fast its client reads.
        if (channel.eventLoop().inEventLoop() || slot.holdsLaterRequests()) QUEUED.getAndAdd(this, (long) sizeBytes);
        else if (!reserve(slot, sizeBytes)) awaitRoom(slot, sizeBytes);
        int total = sizeBytes + PooledReplyBuffer.PREFIX_BYTES;
        replies.allocated(total);
        try {
            return new PooledReplyBuffer(this, channel.alloc().directBuffer(total, total), sizeBytes);
        } catch (RuntimeException | Error e) {
            unqueued(sizeBytes);
            throw e;
        }
    }

    /// Counts the bytes if they may be allocated now. The next reply to leave always may once the client has read
    /// enough: nothing else could make room for it.
    private boolean reserve(SocketReplySlot slot, int sizeBytes) {
        while (true) {
            long queued = queuedBytes;
            if (!hasRoom(slot, sizeBytes, queued) && !closed) return false;
            if (QUEUED.compareAndSet(this, queued, queued + sizeBytes)) return true;
        }
    }

    /// Whether a reply of this size may be allocated, and waited for if its client has to read first.
    boolean mayReply(SocketReplySlot slot, int sizeBytes) {
        if (sizeBytes > RequestLimits.SMALL_REPLY_BYTES_MAX && !replies.hasRoomFor(sizeBytes)) return false;
        return channel.eventLoop().inEventLoop()
                || slot.holdsLaterRequests()
                || closed
                || hasRoom(slot, sizeBytes, queuedBytes)
                || replies.hasRoomForUnencoded(sizeBytes);
    }

    private boolean hasRoom(SocketReplySlot slot, int sizeBytes, long queued) {
        return connection.hasRoomForReplies() && (head == slot || queued + sizeBytes <= unsentReplyBytesMax);
    }

    private synchronized void awaitRoom(SocketReplySlot slot, int sizeBytes) {
        waiting++;
        replies.unencoded(sizeBytes);
        try {
            while (!reserve(slot, sizeBytes)) wait();
        } catch (InterruptedException e) {
            // The caller is being stopped: it gets its buffer, so that it can complete its slot, and sees the flag.
            Thread.currentThread().interrupt();
            QUEUED.getAndAdd(this, (long) sizeBytes);
        } finally {
            waiting--;
            replies.unencoded(-sizeBytes);
        }
    }

    /// To be called after the channel became writable, the head changed, bytes left the queue or the connection
    /// closed.
    void roomChanged() {
        if (waiting == 0) return;
        synchronized (this) {
            notifyAll();
        }
    }

    /// Called once for each reply buffer that is sent or discarded.
    void unqueued(int sizeBytes) {
        QUEUED.getAndAdd(this, (long) -sizeBytes);
        roomChanged();
    }

    /// A buffer went back unsent: reading may have been waiting for that.
    void discarded() {
        connection.resumeLater();
    }

    /// A slot has its outcome. On any thread.
    void completed(SocketReplySlot slot) {
        if (channel.eventLoop().inEventLoop() && !closed && connection.isBusy()) {
            if (slot == head) drain();
            return;
        }
        // Also on the loop, when another connection's handler completes this slot: it shall not find itself handling
        // requests of this connection.
        if (!closed) {
            scheduleDrain();
            // The connection may have been closed in between; then no other thread drains.
            if (!closed) return;
        }
        discard(slot);
        if (slot.holdsLaterRequests()) connection.onLoop(() -> holdsNoMore(slot));
    }

    /// A slot that held back what the client sent before it left is completed.
    private void holdsNoMore(SocketReplySlot slot) {
        if (barrier == slot) barrier = null;
        connection.resume();
    }

    private void scheduleDrain() {
        if (drainScheduled || !DRAIN_SCHEDULED.compareAndSet(this, false, true)) return;
        try {
            channel.eventLoop().execute(this);
        } catch (RejectedExecutionException e) {
            closed = true; // the loop has ended: the caller sees that and discards
        }
    }

    /// The task that other threads schedule.
    @Override
    public void run() {
        drainScheduled = false;
        if (channel.eventLoop().inEventLoop()) connection.guarded(this::drain);
        else scheduleDrain(); // the connection has moved to another loop
    }

    /// Hands on what is complete at the head of the order, then lets the connection go on reading.
    private void drain() {
        boolean any = false;
        SocketReplySlot first = head;
        while (first != null) {
            Outcome outcome = first.take();
            if (outcome == null) break;
            any = true;
            remove(first);
            connection.finished(outcome);
            first = head;
        }
        if (any) {
            roomChanged();
            connection.drained();
        }
    }

    private void remove(SocketReplySlot first) {
        head = first.next;
        if (first.next == null) tail = null;
        first.next = null;
        size--;
        if (barrier == first) barrier = null;
        if (first.isCharged()) charged--;
        if (first.isCompleted()) first.giveBack(memory);
    }

    /// The connection has closed: releases waiting replies and notifies the threads that work on one. A slot that holds
    /// later requests back does so until it is completed. On the event loop.
    void close() {
        closed = true;
        SocketReplySlot holding = barrier;
        SocketReplySlot slot = head;
        while (slot != null) {
            SocketReplySlot later = slot.next;
            remove(slot);
            if (slot.isCompleted()) discard(slot);
            else connection.guarded(slot::runClosedAction);
            slot = later;
        }
        // Completed after this look, it comes here by a task.
        barrier = holding == null || holding.isCompleted() ? null : holding;
        roomChanged();
    }

    private void discard(SocketReplySlot slot) {
        slot.giveBack(memory);
        Outcome outcome = slot.take();
        if (outcome != null) outcome.discard();
    }
}
