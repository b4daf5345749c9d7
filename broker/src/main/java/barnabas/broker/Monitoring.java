package barnabas.broker;

import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.http.MetricsPage;
import barnabas.broker.jmx.MetricBeans;
import barnabas.config.MonitoringConfig;
import barnabas.metrics.MetricRegistry;
import barnabas.metrics.SeriesLimits;

/// Ways to look at what a node counts from outside.
record Monitoring(MetricRegistry metrics, LiveConfig live, World world) {
    MetricsPage page() {
        return new MetricsPage(metrics, this::limits, world.clock());
    }

    MetricBeans beans() {
        return MetricBeans.ofProcess(
                () -> metrics.read(world.clock().nanos(), limits()), world.clock(), world.threads());
    }

    private SeriesLimits limits() {
        MonitoringConfig config = live.current().monitoring();
        return new SeriesLimits(
                config.topicsMax(), config.partitionsMax(), config.offsetsMax(), config.clientNumbersMax());
    }
}
