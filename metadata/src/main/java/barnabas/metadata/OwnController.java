package barnabas.metadata;

import barnabas.metadata.image.BrokerRegistration;
import java.util.List;

/// The controller of this node, which decides while the node leads the metadata log.
public interface OwnController extends ControllerPort {
    /// Fences brokers whose session is over, and elects leaders for their partitions. Does nothing while another node
    /// leads. Returns when the records are in the log; they need not be committed.
    void expireSessions();

    /// Moves leaderships to preferred replicas that are in sync. Does nothing while another node leads.
    /// As with [#expireSessions] the records need not be committed.
    void balanceLeaders();

    /// Registrations of brokers of other processes that should be running and sent no heartbeat after `nanos`, on the
    /// scale of [barnabas.base.Clock#nanos]. None while another node leads.
    List<BrokerRegistration> silentSince(long nanos);

    /// Fences a broker whose process has ended before its session is over. Does nothing when it is no longer registered
    /// with this epoch or sent a heartbeat after `silentSinceNanos`, or while another node leads.
    ///
    /// @return whether it is fenced by this; the records need not be committed
    boolean fenceEnded(int broker, long epoch, long silentSinceNanos);
}
