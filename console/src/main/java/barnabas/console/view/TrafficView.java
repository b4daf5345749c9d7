package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.broker.metrics.TrafficStatus;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.admin.ConfigAdmin;
import barnabas.metrics.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counters of the traffic of all brokers. Immutable.
///
/// @param nodes by broker
/// @param unanswered brokers that did not say theirs in time, or do not show them to this user
public record TrafficView(Map<Integer, Counters> nodes, Set<Integer> unanswered) {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficView.class);
    /// A page does not wait longer for a broker that hangs.
    private static final Duration WAIT_MAX = Duration.ofSeconds(1);

    /// @param millis when they were read, by this node's clock
    /// @param counts by the names of [TrafficStatus#COUNTERS]
    public record Counters(long millis, Map<String, Long> counts) {}

    /// The counters of the node itself are read in the process, without a right of the user.
    static TrafficView load(Cluster cluster, int own, Reading reading, Executor executor) throws ClientException {
        Clock clock = cluster.options().clock();
        var _ = cluster.refresh(List.of(), false);
        var others = new ArrayList<>(cluster.metadata().brokers().keySet());
        others.removeIf(each -> each == own);
        var nodes = new TreeMap<Integer, Counters>();
        var admin = new ConfigAdmin(cluster);
        EachBroker.ask(others, WAIT_MAX, executor, each -> {
                    Map<String, Long> counts = counts(admin.value(each, TrafficStatus.NAME));
                    return new Counters(clock.millis(), counts);
                })
                .forEach((broker, answer) -> {
                    switch (answer) {
                        case EachBroker.Answer.Value(Counters counters) -> {
                            if (!counters.counts().isEmpty()) nodes.put(broker, counters);
                        }
                        case EachBroker.Answer.Refusal(ClientException why) ->
                            LOG.debug("Broker {} does not say its traffic", broker, why);
                    }
                });
        var counts = new HashMap<String, Long>();
        for (String each : TrafficStatus.COUNTERS) counts.put(each, TrafficStatus.total(reading, each));
        nodes.put(own, new Counters(clock.millis(), Map.copyOf(counts)));
        var unanswered = new TreeSet<>(others);
        unanswered.removeAll(nodes.keySet());
        return new TrafficView(nodes, unanswered);
    }

    private static Map<String, Long> counts(String text) {
        var counts = new HashMap<String, Long>();
        for (String each : text.split(" ", -1)) {
            String[] pair = each.split("=", 2);
            if (pair.length == 2) counts.put(pair[0], Long.parseLong(pair[1]));
        }
        return counts;
    }
}
