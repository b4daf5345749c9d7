package barnabas.conformance.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.metadata.LeaderAndIsr;
import org.apache.kafka.metadata.MetadataCache;
import org.opentest4j.TestAbortedException;

/// A metadata cache of Kafka's type for tests that wait until a broker knows a partition: it asks the broker.
final class MetadataDoor implements InvocationHandler {
    private final String address;

    private MetadataDoor(String address) {
        this.address = address;
    }

    static MetadataCache of(String address) {
        var types = new Class<?>[] {MetadataCache.class};
        return (MetadataCache)
                Proxy.newProxyInstance(MetadataCache.class.getClassLoader(), types, new MetadataDoor(address));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Exception {
        return switch (method.getName()) {
            case "getLeaderAndIsr" -> leaderAndIsr((String) arguments[0], (Integer) arguments[1]);
            case "numPartitions" ->
                topic((String) arguments[0]).map(known -> known.partitions().size());
            case "toString" -> "metadata of " + address;
            case "hashCode" -> address.hashCode();
            case "equals" -> proxy == arguments[0];
            default -> throw new TestAbortedException("reaches into Kafka's broker objects (metadataCache)");
        };
    }

    private Optional<LeaderAndIsr> leaderAndIsr(String topic, int partition) throws Exception {
        Optional<TopicDescription> known = topic(topic);
        if (known.isEmpty() || partition >= known.get().partitions().size()) return Optional.empty();
        TopicPartitionInfo info = known.get().partitions().get(partition);
        int leader =
                info.leader() == null ? LeaderAndIsr.NO_LEADER : info.leader().id();
        return Optional.of(
                new LeaderAndIsr(leader, info.isr().stream().map(Node::id).toList()));
    }

    private Optional<TopicDescription> topic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", address))) {
            return Optional.of(
                    admin.describeTopics(List.of(name)).allTopicNames().get().get(name));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) return Optional.empty();
            throw e;
        }
    }
}
