package barnabas.net;

import java.nio.ByteBuffer;

/// Passes everything on to another slot. Subclasses see or change a part of it.
public abstract class PassingSlot implements ReplySlot {
    protected final ReplySlot to;

    protected PassingSlot(ReplySlot to) {
        this.to = to;
    }

    /// Called before the slot is completed, in whichever way.
    protected void completes() {}

    @Override
    public Connection connection() {
        return to.connection();
    }

    @Override
    public ReplyBuffer allocate(int sizeBytes) {
        return to.allocate(sizeBytes);
    }

    @Override
    public void send(Reply reply) {
        completes();
        to.send(reply);
    }

    @Override
    public void sendNothing() {
        completes();
        to.sendNothing();
    }

    @Override
    public void closeConnection(CloseReason reason, String detail) {
        completes();
        to.closeConnection(reason, detail);
    }

    @Override
    public void fail(Throwable cause) {
        completes();
        to.fail(cause);
    }

    @Override
    public ByteBuffer keepFrame() {
        return to.keepFrame();
    }

    @Override
    public void releaseFrame() {
        to.releaseFrame();
    }

    @Override
    public void keepsNothing() {
        to.keepsNothing();
    }

    @Override
    public void weighs(int moreBytes) {
        to.weighs(moreBytes);
    }

    @Override
    public boolean mayWait() {
        return to.mayWait();
    }

    @Override
    public boolean mayReply(int sizeBytes) {
        return to.mayReply(sizeBytes);
    }

    @Override
    public void holdLaterRequests() {
        to.holdLaterRequests();
    }

    @Override
    public void onConnectionClosed(Runnable action) {
        to.onConnectionClosed(action);
    }
}
