package barnabas.metadata;

/// The controller of this node, which decides while the node leads the metadata log.
public interface OwnController extends ControllerPort {
    /// Fences brokers whose session is over, and elects leaders for their partitions. Does nothing while another node
    /// leads. Returns when the records are in the log; they need not be committed.
    void expireSessions();
}
