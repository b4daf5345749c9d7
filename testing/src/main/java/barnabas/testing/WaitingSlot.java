package barnabas.testing;

import barnabas.net.PassingSlot;
import barnabas.net.ReplySlot;

/// Slot whose reply waits before it is handed over, for as long as its node is paused.
final class WaitingSlot extends PassingSlot {
    private final Runnable pause;

    WaitingSlot(ReplySlot to, Runnable pause) {
        super(to);
        this.pause = pause;
    }

    @Override
    protected void completes() {
        pause.run();
    }
}
