package barnabas.otlp;

import barnabas.broker.push.PushModule;
import barnabas.broker.push.PushedNode;

/// The module that a node finds.
public final class OtlpPush implements PushModule {
    @Override
    public AutoCloseable open(PushedNode node) {
        return new MetricPush(node);
    }
}
