package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.net.Connection;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.BeginQuorumEpochResponse;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchSnapshotResponse;
import barnabas.protocol.message.VoteResponse;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lines in the controller's log on nodes of another cluster that ask for its quorum: at most one every half a minute,
/// since they ask again and again.
final class ForeignNodes {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignNodes.class);
    private static final long REPORT_NANOS = 30_000_000_000L;

    private final Clock clock;
    private final AtomicLong nextNanos;

    ForeignNodes(Clock clock) {
        this.clock = clock;
        this.nextNanos = new AtomicLong(clock.nanos());
    }

    void log(ResponseMessage answer, Connection connection) {
        if (!isRefused(answer)) return;
        long now = clock.nanos();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + REPORT_NANOS))
            LOG.warn(
                    "A node at {} asks for the quorum of another cluster: its log directories were formatted with another"
                            + " cluster id (cluster.id in meta.properties)",
                    connection.remoteAddress());
    }

    static boolean isRefused(ResponseMessage answer) {
        short error = switch (answer) {
            case VoteResponse vote -> vote.errorCode();
            case BeginQuorumEpochResponse begun -> begun.errorCode();
            case FetchResponse fetched -> fetched.errorCode();
            case FetchSnapshotResponse fetched -> fetched.errorCode();
            case ResponseMessage _ -> ErrorCode.NONE.code();
        };
        return error == ErrorCode.INCONSISTENT_CLUSTER_ID.code();
    }
}
