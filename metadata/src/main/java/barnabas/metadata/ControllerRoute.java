package barnabas.metadata;

/// The way from a node to the active controller: its own one, or that of the node that leads the metadata log.
public interface ControllerRoute {
    /// The port that a node asks. Called once, while the node starts, before anything is asked.
    ///
    /// @param own the controller of this node, which answers NOT_CONTROLLER while another node leads
    /// @param images what this node has seen of the metadata log: an answer waits for it
    ControllerPort port(OwnController own, SeenImages images);

    /// The controller of this node alone.
    ControllerRoute LOCAL = new Local();

    /// A class and no lambda: it is made at every start.
    final class Local implements ControllerRoute {
        private Local() {}

        @Override
        public ControllerPort port(OwnController own, SeenImages images) {
            return own;
        }
    }
}
