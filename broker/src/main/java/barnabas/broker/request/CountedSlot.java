package barnabas.broker.request;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import java.nio.ByteBuffer;

/// The reply slot of a large request: gives the request's part of the [DecodedMemory] back when it is completed.
record CountedSlot(ReplySlot slot, DecodedMemory.Part part) implements ReplySlot {
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
        part.giveBack();
        slot.send(reply);
    }

    @Override
    public void sendNothing() {
        part.giveBack();
        slot.sendNothing();
    }

    @Override
    public void closeConnection(CloseReason reason, String detail) {
        part.giveBack();
        slot.closeConnection(reason, detail);
    }

    @Override
    public void fail(Throwable cause) {
        part.giveBack();
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
        return part.waits();
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
