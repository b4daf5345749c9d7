package barnabas.cli.balance;

import barnabas.cli.balance.MovePlan.Move;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.ConfigAdmin.Change;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Settings that limit the traffic of a plan, as kafka-reassign-partitions.sh makes them (KIP-73): a rate on
/// each broker that takes part, and the replicas that are copied from and to on each topic.
public final class MoveThrottle {
    private static final List<String> SIDES = List.of("leader", "follower");

    private final ConfigAdmin configs;
    private final Set<Integer> brokers = new TreeSet<>();
    /// `partition:broker` elements by topic.
    private final Map<String, Set<String>> sources = new TreeMap<>();

    private final Map<String, Set<String>> targets = new TreeMap<>();

    public MoveThrottle(Cluster cluster, MovePlan plan) {
        this.configs = new ConfigAdmin(cluster);
        for (Move each : plan.moves()) {
            brokers.add(each.to());
            brokers.addAll(each.before());
            String topic = each.partition().topic();
            int index = each.partition().partition();
            for (int replica : each.before())
                sources.computeIfAbsent(topic, _ -> new TreeSet<>()).add(index + ":" + replica);
            targets.computeIfAbsent(topic, _ -> new TreeSet<>()).add(index + ":" + each.to());
        }
        brokers.retainAll(cluster.metadata().brokers().keySet());
    }

    public void set(long bytesPerSecond) throws ClientException {
        for (String topic : sources.keySet()) {
            configs.alter(
                    new Resource(ResourceType.TOPIC, topic),
                    List.of(
                            new Change.Set(replicas("leader"), String.join(",", sources.getOrDefault(topic, Set.of()))),
                            new Change.Set(
                                    replicas("follower"), String.join(",", targets.getOrDefault(topic, Set.of())))),
                    false);
        }
        var rates = new ArrayList<Change>();
        for (String side : SIDES) rates.add(new Change.Set(rate(side), "" + bytesPerSecond));
        for (int broker : brokers) configs.alter(new Resource(ResourceType.BROKER, "" + broker), rates, false);
    }

    /// Takes the settings away again.
    public void unset() throws ClientException {
        var rates = new ArrayList<Change>();
        var replicas = new ArrayList<Change>();
        for (String side : SIDES) {
            rates.add(new Change.Unset(rate(side)));
            replicas.add(new Change.Unset(replicas(side)));
        }
        for (int broker : brokers) configs.alter(new Resource(ResourceType.BROKER, "" + broker), rates, false);
        for (String topic : sources.keySet()) configs.alter(new Resource(ResourceType.TOPIC, topic), replicas, false);
    }

    private static String rate(String side) {
        return side + ".replication.throttled.rate";
    }

    private static String replicas(String side) {
        return side + ".replication.throttled.replicas";
    }
}
