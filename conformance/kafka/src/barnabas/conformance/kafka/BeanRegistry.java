package barnabas.conformance.kafka;

import com.yammer.metrics.core.Gauge;
import com.yammer.metrics.core.Meter;
import com.yammer.metrics.core.Metric;
import com.yammer.metrics.core.MetricName;
import com.yammer.metrics.core.MetricPredicate;
import com.yammer.metrics.core.MetricsRegistry;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/// The MBeans of the nodes in this process as metrics of Kafka's registry: gauges and meters, read when a test asks.
/// Metrics that a test puts into the registry are there besides, and register no beans: their names are those of the nodes.
public final class BeanRegistry extends MetricsRegistry {
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final Map<ObjectName, Meter> meters = new HashMap<>(); // guarded by this

    /// A gauge of a bean. Kafka's gauges of whole numbers are ints, those of ours longs.
    private static final class BeanGauge extends Gauge<Object> {
        private final ObjectName bean;

        BeanGauge(ObjectName bean) {
            this.bean = bean;
        }

        @Override
        public Object value() {
            Object value = attribute(bean, "Value");
            return value instanceof Long number && number == number.intValue() ? (Object) number.intValue() : value;
        }
    }

    private static Object attribute(ObjectName bean, String name) {
        try {
            return SERVER.getAttribute(bean, name);
        } catch (JMException e) {
            throw new IllegalStateException("no " + name + " of " + bean, e);
        }
    }

    private static Set<String> attributes(ObjectName bean) {
        try {
            return Arrays.stream(SERVER.getMBeanInfo(bean).getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .collect(Collectors.toSet());
        } catch (InstanceNotFoundException e) {
            // of a topic that has just gone
            return Set.of();
        } catch (JMException e) {
            throw new IllegalStateException("no attributes of " + bean, e);
        }
    }

    private static Set<ObjectName> beans() {
        try {
            return SERVER.queryNames(new ObjectName("kafka.*:*"), null);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MetricName name(ObjectName bean) {
        Hashtable<String, String> keys = bean.getKeyPropertyList();
        String scope = keys.keySet().stream()
                .filter(key -> !List.of("type", "name").contains(key))
                .sorted()
                .map(key -> key + "." + keys.get(key).replace('.', '_'))
                .collect(Collectors.joining("."));
        return new MetricName(
                bean.getDomain(), keys.get("type"), keys.get("name"), scope.isEmpty() ? null : scope, bean.toString());
    }

    @Override
    public synchronized Map<MetricName, Metric> allMetrics() {
        var all = new HashMap<MetricName, Metric>(super.allMetrics());
        meters.keySet().forEach(each -> all.remove(name(each)));
        Set<ObjectName> seen = new HashSet<>();
        for (ObjectName each : beans()) {
            if (each.getKeyProperty("name") == null) continue;
            Set<String> attributes = attributes(each);
            if (attributes.contains("Value")) all.put(name(each), new BeanGauge(each));
            if (!attributes.contains("EventType")) continue;
            seen.add(each);
            Meter meter = meters.computeIfAbsent(each, _ -> newMeter(name(each), "events", TimeUnit.SECONDS));
            meter.mark((Long) attribute(each, "Count") - meter.count());
            all.put(name(each), meter);
        }
        meters.keySet().removeIf(each -> {
            if (seen.contains(each)) return false;
            removeMetric(name(each));
            return true;
        });
        return all;
    }

    @Override
    public SortedMap<String, SortedMap<MetricName, Metric>> groupedMetrics() {
        return groupedMetrics(MetricPredicate.ALL);
    }

    @Override
    public SortedMap<String, SortedMap<MetricName, Metric>> groupedMetrics(MetricPredicate predicate) {
        var groups = new TreeMap<String, SortedMap<MetricName, Metric>>();
        allMetrics().forEach((name, metric) -> {
            if (!predicate.matches(name, metric)) return;
            String group = name.getGroup() + "." + name.getType() + (name.hasScope() ? "." + name.getScope() : "");
            groups.computeIfAbsent(group, _ -> new TreeMap<>()).put(name, metric);
        });
        return groups;
    }
}
