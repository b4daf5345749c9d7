package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.Listening;
import barnabas.config.BrokerConfig;
import barnabas.config.keys.HostAndPort;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Controllers of other nodes (`controller.quorum.bootstrap.servers`), asked for their cluster before this node has a
/// part in the quorum.
final class OtherControllers {
    private static final Logger LOG = LoggerFactory.getLogger(OtherControllers.class);

    private static final byte CONTROLLERS = 2;
    private static final int ANSWER_MILLIS = 2_000;
    private static final long REPORT_NANOS = 10_000_000_000L;
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

    /// Those that a configuration names, where the voters stand in the metadata log; else none.
    static OtherControllers of(BrokerConfig config, Peers peers, Clock clock) {
        List<HostAndPort> addresses = config.metadata().quorum().voters().isEmpty()
                ? config.otherControllers(Listening::isThisHost)
                : List.of();
        return new OtherControllers(peers, addresses, clock);
    }

    /// @param controllers ids of the voters that it knows
    record Answer(HostAndPort address, String clusterId, List<Integer> controllers) {}

    boolean isEmpty() {
        return addresses.isEmpty();
    }

    /// The id of the cluster that they belong to. Asks until one answers.
    ///
    /// @throws IOException when none does before the deadline, or they belong to several clusters
    String clusterId(Deadline deadline) throws IOException, InterruptedException {
        long reportNanos = clock.nanos();
        while (true) {
            List<Answer> answers = ask(soon(deadline));
            for (Answer each : answers)
                if (!each.clusterId.equals(answers.getFirst().clusterId))
                    throw new IOException("controller.quorum.bootstrap.servers lead to several clusters: "
                            + answers.getFirst().address + " belongs to " + answers.getFirst().clusterId + ", "
                            + each.address + " to " + each.clusterId);
            if (!answers.isEmpty()) {
                LOG.info(
                        "The log directories are new and get the cluster id {} of the controller at {}",
                        answers.getFirst().clusterId,
                        answers.getFirst().address);
                return answers.getFirst().clusterId;
            }
            if (deadline.passed())
                throw new IOException("None of controller.quorum.bootstrap.servers=" + addresses
                        + " answers, and the log directories are not formatted");
            if (clock.nanos() - reportNanos >= 0) {
                LOG.info("Waiting for one of the controllers {}, to join their cluster", addresses);
                reportNanos = clock.nanos() + REPORT_NANOS;
            }
            clock.parkUntil(this, clock.nanos() + LOOK_NANOS);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    private Deadline soon(Deadline latest) {
        Deadline soon = Deadline.inMillis(ANSWER_MILLIS, clock);
        return soon.nanos() - latest.nanos() < 0 ? soon : latest;
    }

    /// Answers that come within seconds.
    List<Answer> ask() throws InterruptedException {
        return ask(Deadline.inMillis(ANSWER_MILLIS, clock));
    }

    /// Asks all of them at once.
    ///
    /// @return answers that came before the deadline
    private List<Answer> ask(Deadline deadline) throws InterruptedException {
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
