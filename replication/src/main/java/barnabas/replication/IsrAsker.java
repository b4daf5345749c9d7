package barnabas.replication;

/// The way of a leader's wishes to the controller.
@FunctionalInterface
public interface IsrAsker {
    /// Asks the controller, and gives its answer to [Partition#isrAnswered]. Called on the thread that moved the
    /// partition, often an event loop: for a note only.
    void ask(IsrProposal proposal);

    /// For a node alone: nothing is in sync but its own replicas.
    IsrAsker NONE = new None();

    /// A class and no lambda: it is made at every start.
    final class None implements IsrAsker {
        private None() {}

        @Override
        public void ask(IsrProposal proposal) {}
    }
}
