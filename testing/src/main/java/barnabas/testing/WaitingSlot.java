package barnabas.testing;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import java.nio.ByteBuffer;

/// Slot whose reply waits before it is handed over, for as long as its node is paused.
record WaitingSlot(ReplySlot slot, Runnable pause) implements ReplySlot {
    @Override
    public Connection connection() {
        return slot.connection();
    }

    @Override
    public ReplyBuffer allocate(int sizeBytes) {
        return slot.allocate(sizeBytes);
    }

    @Override
    public void send(Reply reply) {
        pause.run();
        slot.send(reply);
    }

    @Override
    public void sendNothing() {
        pause.run();
        slot.sendNothing();
    }

    @Override
    public void closeConnection(CloseReason reason, String detail) {
        pause.run();
        slot.closeConnection(reason, detail);
    }

    @Override
    public void fail(Throwable cause) {
        pause.run();
        slot.fail(cause);
    }

    @Override
    public ByteBuffer keepFrame() {
        return slot.keepFrame();
    }

    @Override
    public void releaseFrame() {
        slot.releaseFrame();
    }

    @Override
    public void keepsNothing() {
        slot.keepsNothing();
    }

    @Override
    public void weighs(int moreBytes) {
        slot.weighs(moreBytes);
    }

    @Override
    public boolean mayWait() {
        return slot.mayWait();
    }

    @Override
    public boolean mayReply(int sizeBytes) {
        return slot.mayReply(sizeBytes);
    }

    @Override
    public void holdLaterRequests() {
        slot.holdLaterRequests();
    }

    @Override
    public void onConnectionClosed(Runnable action) {
        slot.onConnectionClosed(action);
    }
}
