package barnabas.broker.jmx;

import barnabas.metrics.Family;
import barnabas.metrics.Reading;
import barnabas.metrics.Sample;
import java.util.List;
import java.util.Map;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/// Beans that are no numbers of the registry: identity of the node and counts of the beans themselves.
final class NodeBeans {
    private static final ObjectName CLUSTER_OF_BROKER = name("kafka.server:type=KafkaServer,name=ClusterId");
    private static final ObjectName CLUSTER_OF_CONTROLLER = name("kafka.server:type=ControllerServer,name=ClusterId");
    private static final ObjectName BEANS = name("kafka.server:type=KafkaServer,name=yammer-metrics-count");
    private static final ObjectName ATTRIBUTES = name("kafka.server:type=kafka-metrics-count");

    private NodeBeans() {}

    /// @param present beans of the reading, to which these are added
    static void add(Reading reading, Map<ObjectName, BeanValue> present) {
        for (Family family : reading.families()) {
            if (!family.metric().name().equals("barnabas_info")) continue;
            for (Sample each : family.samples()) addIdentity(each.labels(), present);
        }
        long single = 1;
        double several = 1;
        for (BeanValue each : present.values()) {
            if (each instanceof BeanValue.Several(Map<String, Object> attributes)) several += attributes.size();
            else single++;
        }
        present.put(BEANS, new BeanValue.Single(single));
        present.put(ATTRIBUTES, new BeanValue.Several(Map.of("count", several)));
    }

    private static void addIdentity(List<String> labels, Map<ObjectName, BeanValue> present) {
        String cluster = labels.get(0);
        present.put(CLUSTER_OF_BROKER, new BeanValue.Single(cluster));
        present.put(CLUSTER_OF_CONTROLLER, new BeanValue.Single(cluster));
        Map<String, Object> info = Map.of("version", "Barnabas", "cluster-id", cluster);
        present.put(name("kafka.server:type=app-info"), new BeanValue.Several(info));
        present.put(name("kafka.server:type=app-info,id=" + labels.get(1)), new BeanValue.Several(info));
    }

    static ObjectName name(String text) {
        try {
            return new ObjectName(text);
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException("bug: no name of a bean: " + text, e);
        }
    }
}
