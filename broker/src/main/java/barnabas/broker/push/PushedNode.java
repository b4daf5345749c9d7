package barnabas.broker.push;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.config.MonitoringConfig;
import barnabas.metrics.Reading;
import java.util.function.Supplier;

/// Parts of a node that a [PushModule] works with.
///
/// @param metrics reads the registry
public record PushedNode(
        MonitoringConfig.Otlp target,
        String clusterId,
        int nodeId,
        Supplier<Reading> metrics,
        Clock clock,
        Threads threads) {}
