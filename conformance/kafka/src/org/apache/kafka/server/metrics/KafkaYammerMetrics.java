package org.apache.kafka.server.metrics;

import barnabas.conformance.kafka.BeanRegistry;
import com.yammer.metrics.core.MetricName;
import com.yammer.metrics.core.MetricsRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Reconfigurable;
import org.apache.kafka.common.utils.Sanitizer;

/// In place of Kafka's class of this name: tests that read the metrics of the brokers in their process find those of
/// our nodes.
public final class KafkaYammerMetrics implements Reconfigurable {
    public static final KafkaYammerMetrics INSTANCE = new KafkaYammerMetrics();

    private static final MetricsRegistry REGISTRY = new BeanRegistry();

    private KafkaYammerMetrics() {}

    public static MetricsRegistry defaultRegistry() {
        return REGISTRY;
    }

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of();
    }

    @Override
    public void validateReconfiguration(Map<String, ?> settings) {}

    @Override
    public void reconfigure(Map<String, ?> settings) {}

    public static MetricName getMetricName(String group, String type, String name) {
        return getMetricName(group, type, name, new LinkedHashMap<>());
    }

    /// @param tags those without a value are left out
    public static MetricName getMetricName(String group, String type, String name, LinkedHashMap<String, String> tags) {
        var bean = new StringBuilder(group + ":type=" + type);
        if (!name.isEmpty()) bean.append(",name=").append(name);
        tags.forEach((key, value) -> {
            if (!value.isEmpty()) bean.append(',').append(key).append('=').append(Sanitizer.jmxSanitize(value));
        });
        String scope = tags.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .sorted(Map.Entry.comparingByKey())
                .map(each -> each.getKey() + "." + each.getValue().replace('.', '_'))
                .collect(Collectors.joining("."));
        return new MetricName(group, type, name, scope.isEmpty() ? null : scope, bean.toString());
    }
}
