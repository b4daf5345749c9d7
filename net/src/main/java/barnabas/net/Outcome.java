package barnabas.net;

/// Result that completed a slot.
public sealed interface Outcome permits Reply, Outcome.Nothing, Outcome.Close, Outcome.Taken {
    /// Gives back what it holds, unsent.
    void discard();

    /// The request has no reply; its place in the order counts nevertheless.
    record Nothing() implements Outcome {
        public static final Nothing INSTANCE = new Nothing();

        @Override
        public void discard() {}
    }

    record Close(CloseReason reason, String detail) implements Outcome {
        @Override
        public void discard() {}
    }

    /// Marks a slot whose outcome has been sent or discarded.
    record Taken() implements Outcome {
        public static final Taken INSTANCE = new Taken();

        @Override
        public void discard() {}
    }
}
