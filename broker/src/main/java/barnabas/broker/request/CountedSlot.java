package barnabas.broker.request;

import barnabas.net.PassingSlot;
import barnabas.net.ReplySlot;

/// The reply slot of a large request: gives the request's part of the [DecodedMemory] back when it is completed.
final class CountedSlot extends PassingSlot {
    private final DecodedMemory.Part part;

    CountedSlot(ReplySlot to, DecodedMemory.Part part) {
        super(to);
        this.part = part;
    }

    DecodedMemory.Part part() {
        return part;
    }

    @Override
    protected void completes() {
        part.giveBack();
    }

    @Override
    public boolean mayWait() {
        return part.waits();
    }
}
