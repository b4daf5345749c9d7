package barnabas.broker;

import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.http.MetricsPage;
import barnabas.broker.jmx.MetricBeans;
import barnabas.broker.push.PushModule;
import barnabas.broker.push.PushedNode;
import barnabas.config.BrokerConfig;
import barnabas.config.MonitoringConfig;
import barnabas.metadata.ClusterMetadata;
import barnabas.metrics.MetricRegistry;
import barnabas.metrics.Reading;
import barnabas.metrics.SeriesLimits;
import java.util.function.Consumer;

/// Ways to look at what a node counts from outside.
record Monitoring(MetricRegistry metrics, LiveConfig live, World world) {
    MetricsPage page() {
        return new MetricsPage(metrics, this::limits, world.clock());
    }

    /// Starts those that are set, beside the page.
    ///
    /// @param started takes what has to be closed
    /// @throws StartFailure when the module for one is missing
    void start(ClusterMetadata metadata, Consumer<AutoCloseable> started) throws StartFailure {
        BrokerConfig config = live.current();
        if (config.monitoring().jmx())
            started.accept(MetricBeans.ofProcess(this::read, world.clock(), world.threads()));
        if (config.monitoring().otlp().isOn())
            started.accept(push(new PushedNode(
                    config.monitoring().otlp(),
                    metadata.current().clusterId(),
                    config.node().nodeId(),
                    this::read,
                    world.clock(),
                    world.threads())));
    }

    private static AutoCloseable push(PushedNode node) throws StartFailure {
        try {
            return PushModule.find().open(node);
        } catch (IllegalStateException e) {
            throw new StartFailure(MonitoringConfig.Otlp.ENDPOINT + ": " + e.getMessage(), e);
        }
    }

    private Reading read() {
        return metrics.read(world.clock().nanos(), limits());
    }

    private SeriesLimits limits() {
        MonitoringConfig config = live.current().monitoring();
        return new SeriesLimits(
                config.topicsMax(), config.partitionsMax(), config.offsetsMax(), config.clientNumbersMax());
    }
}
