package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.config.keys.HostAndPort;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Controllers of other nodes (`controller.quorum.bootstrap.servers`), asked for their cluster before this node has a
/// part in the quorum.
final class OtherControllers {
    private static final byte CONTROLLERS = 2;
    private static final DescribeClusterRequest DESCRIBE =
            DescribeClusterRequest.builder().endpointType(CONTROLLERS).build();
    private static final long LOOK_NANOS = 50_000_000;

    private final Peers peers;
    private final List<HostAndPort> addresses;
    private final Clock clock;

    OtherControllers(Peers peers, List<HostAndPort> addresses, Clock clock) {
        this.peers = peers;
        this.addresses = addresses;
        this.clock = clock;
    }

    /// @param controllers ids of the voters that it knows
    record Answer(HostAndPort address, String clusterId, List<Integer> controllers) {}

    /// Asks all of them at once.
    ///
    /// @return answers that came before the deadline
    List<Answer> ask(Deadline deadline) throws InterruptedException {
        var outcomes = new AtomicReferenceArray<@Nullable PeerOutcome>(addresses.size());
        var open = new AtomicInteger(addresses.size());
        Thread waiting = Thread.currentThread();
        for (int i = 0; i < addresses.size(); i++) {
            int index = i;
            HostAndPort at = addresses.get(i);
            peers.at(at.host(), at.port()).send(DESCRIBE, deadline, outcome -> {
                outcomes.set(index, outcome);
                open.decrementAndGet();
                LockSupport.unpark(waiting);
            });
        }
        while (open.get() > 0 && !deadline.passed()) {
            clock.parkUntil(this, clock.nanos() + LOOK_NANOS);
            if (Thread.interrupted()) throw new InterruptedException();
        }
        var answers = new ArrayList<Answer>();
        for (int i = 0; i < addresses.size(); i++) {
            if (outcomes.get(i) instanceof PeerOutcome.Answered(DescribeClusterResponse response, var _)
                    && response.errorCode() == ErrorCode.NONE.code())
                answers.add(new Answer(
                        addresses.get(i),
                        response.clusterId(),
                        response.brokers().stream().map(each -> each.brokerId()).toList()));
        }
        return answers;
    }
}
