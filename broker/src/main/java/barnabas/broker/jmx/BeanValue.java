package barnabas.broker.jmx;

import barnabas.metrics.Distribution;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Attributes of one bean at one moment, with the names and types that Kafka's beans of this kind have. Immutable.
sealed interface BeanValue {
    /// Values by attribute.
    Map<String, Object> attributes();

    /// Rates among them; null without any.
    default @Nullable Rates rates() {
        return null;
    }

    /// A gauge.
    record Single(Object value) implements BeanValue {
        @Override
        public Map<String, Object> attributes() {
            return Map.of("Value", value);
        }
    }

    /// A count with its rates.
    ///
    /// @param event plural of the counted thing
    record Meter(Rates rates, String event) implements BeanValue {
        @Override
        public Map<String, Object> attributes() {
            var all = new LinkedHashMap<String, Object>();
            all.put("Count", rates.count());
            all.put("EventType", event);
            all.put("RateUnit", TimeUnit.SECONDS);
            all.put("MeanRate", rates.mean());
            all.put("OneMinuteRate", rates.oneMinute());
            all.put("FiveMinuteRate", rates.fiveMinutes());
            all.put("FifteenMinuteRate", rates.fifteenMinutes());
            return all;
        }
    }

    /// A distribution. Count and mean are of all values, the rest of those of the last one to two minutes; 0 without
    /// any.
    ///
    /// @param divisor from the distribution's unit to that of the bean
    record Spread(Distribution distribution, double divisor) implements BeanValue {
        @Override
        public Map<String, Object> attributes() {
            var all = new LinkedHashMap<String, Object>();
            long count = distribution.count();
            all.put("Count", count);
            all.put("Min", shown(distribution.smallest()));
            all.put("Max", shown(distribution.largest()));
            all.put("Mean", count == 0 ? 0.0 : shown((double) distribution.sum() / count));
            all.put("StdDev", shown(distribution.deviation()));
            all.put("50thPercentile", quantile(0.5));
            all.put("75thPercentile", quantile(0.75));
            all.put("95thPercentile", quantile(0.95));
            all.put("98thPercentile", quantile(0.98));
            all.put("99thPercentile", quantile(0.99));
            all.put("999thPercentile", quantile(0.999));
            return all;
        }

        private double quantile(double share) {
            return shown(distribution.quantile(share));
        }

        private double shown(double value) {
            return Double.isNaN(value) ? 0 : value / divisor;
        }
    }

    /// A distribution of times with the rates of their events.
    record Timed(Rates rates, Spread spread) implements BeanValue {
        @Override
        public Map<String, Object> attributes() {
            var all = new LinkedHashMap<String, Object>(new Meter(rates, "calls").attributes());
            all.putAll(spread.attributes());
            all.put("LatencyUnit", TimeUnit.MILLISECONDS);
            return all;
        }
    }

    /// A bean with attributes of its own.
    record Several(Map<String, Object> attributes) implements BeanValue {
        public Several {
            attributes = Map.copyOf(attributes);
        }
    }
}
