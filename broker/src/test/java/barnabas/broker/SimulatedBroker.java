package barnabas.broker;

import barnabas.base.Failure;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.coordination.transactions.Participant;
import barnabas.coordination.transactions.PartitionMarkers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// A broker to be killed: `SimulatedBroker PORT DATA [SKIPPED]` prints its port and serves until then. With SKIPPED it
/// has a bug: that abort marker, counted from 1, is reported as written and is not.
public final class SimulatedBroker {
    private SimulatedBroker() {}

    public static void main(String[] arguments) throws Exception {
        int skipped = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        var settings = Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:" + arguments[0],
                "log.dirs", arguments[1],
                "group.initial.rebalance.delay.ms", "0",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.num.partitions", "2",
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var warnings))) {
            throw new IllegalArgumentException("settings");
        }
        try (Node node = Node.start(config, World.real(Failure.UNCAUGHT), Membership.ALONE, forgetting(skipped))) {
            System.out.println(node.address().getPort());
            new CountDownLatch(1).await();
        }
    }

    private static UnaryOperator<PartitionMarkers> forgetting(int skipped) {
        var count = new AtomicInteger();
        return markers -> (participants, marker) -> {
            var written = new HashMap<Participant, PartitionMarkers.Outcome>();
            var wanted = new ArrayList<Participant>();
            for (Participant each : participants) {
                if (!marker.commit() && count.incrementAndGet() == skipped)
                    written.put(each, PartitionMarkers.Outcome.WRITTEN);
                else wanted.add(each);
            }
            written.putAll(markers.write(wanted, marker));
            return written;
        };
    }
}
