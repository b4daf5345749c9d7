package barnabas.broker.telemetry;

import barnabas.metrics.Metric;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The last numbers that each client has pushed (KIP-714), shown among the metrics of the node: `kafka_client_` takes
/// the place of `org.apache.kafka.` in their names. Sums come as differences and are added up here.
///
/// A client's numbers are dropped when it ends or is silent for two of its intervals. All together are bounded: the
/// client that was silent longest makes room.
///
/// Owner: this object's monitor.
public final class ClientNumbers implements MetricSource {
    /// Characters of all names and label values, with [#NUMBER_WEIGHT] for each number.
    static final long WEIGHT_MAX = 4 << 20;
    /// Of one push; further numbers are not kept.
    static final int NUMBERS_MAX = 1_000;

    private static final int NUMBER_WEIGHT = 100;
    private static final int LABELS_MAX = 8;
    private static final int CHARS_MAX = 200;
    private static final String KAFKA = "org.apache.kafka.";
    private static final String PREFIX = "kafka_client_";
    private static final String TOTAL = "_total";

    /// @param labels of the number itself
    private record Key(String name, boolean sum, Map<String, String> labels) {
        long weight() {
            long weight = (long) NUMBER_WEIGHT + name.length();
            for (Map.Entry<String, String> each : labels.entrySet())
                weight += each.getKey().length() + each.getValue().length();
            return weight;
        }
    }

    private record Pushed(TelemetryClient client, Map<Key, Double> numbers, long weight, long untilNanos) {}

    private final Map<Uuid, Pushed> clients = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;

    /// Takes the numbers of one push.
    ///
    /// @param intervalMillis between two pushes of the client
    void pushed(TelemetryClient client, List<OtlpMetrics.Point> points, int intervalMillis, long nowNanos) {
        var numbers = new LinkedHashMap<Key, Double>();
        synchronized (this) {
            Pushed before = clients.remove(client.id());
            if (before != null) weight -= before.weight;
            Map<Key, Double> known = before == null ? Map.of() : before.numbers;
            for (OtlpMetrics.Point point : points) {
                if (numbers.size() >= NUMBERS_MAX || !isUsable(point)) continue;
                var key = new Key(exposed(point.name()), point.isSum(), shortened(point.labels()));
                double sum = point.isDelta() ? known.getOrDefault(key, 0.0) : 0;
                numbers.merge(key, sum + point.value(), (one, other) -> point.isSum() ? one + point.value() : other);
            }
            // a sum that did not change need not be pushed
            known.forEach((key, value) -> {
                if (key.sum && numbers.size() < NUMBERS_MAX) numbers.putIfAbsent(key, value);
            });
            long weighs = 0;
            for (Key key : numbers.keySet()) weighs += key.weight();
            weight += weighs;
            long until = nowNanos + 2L * intervalMillis * 1_000_000;
            clients.put(client.id(), new Pushed(client, numbers, weighs, until));
            for (Iterator<Pushed> eldest = clients.values().iterator(); weight > WEIGHT_MAX && eldest.hasNext(); ) {
                weight -= eldest.next().weight;
                eldest.remove();
            }
        }
    }

    /// The client ends.
    synchronized void ended(Uuid client) {
        Pushed before = clients.remove(client);
        if (before != null) weight -= before.weight;
    }

    private static boolean isUsable(OtlpMetrics.Point point) {
        boolean counts = !point.isSum() || (point.value() >= 0 && point.value() <= Double.MAX_VALUE);
        return counts && !point.name().isEmpty();
    }

    private static Map<String, String> shortened(Map<String, String> labels) {
        var shortened = new TreeMap<String, String>();
        labels.forEach((name, value) -> {
            if (shortened.size() < LABELS_MAX) shortened.putIfAbsent("client_" + plain(name), cut(value));
        });
        return shortened;
    }

    private static String exposed(String name) {
        return PREFIX + plain(name.startsWith(KAFKA) ? name.substring(KAFKA.length()) : name);
    }

    /// Only characters that names may have.
    private static String plain(String text) {
        var plain = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), CHARS_MAX); i++) {
            char c = text.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            plain.append(allowed ? c : '_');
        }
        return plain.toString();
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), CHARS_MAX));
    }

    private synchronized List<Pushed> present(long nowNanos) {
        for (Iterator<Pushed> all = clients.values().iterator(); all.hasNext(); ) {
            Pushed each = all.next();
            if (nowNanos - each.untilNanos <= 0) continue;
            weight -= each.weight;
            all.remove();
        }
        var newestFirst = new ArrayList<>(clients.values());
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    synchronized int clients() {
        return clients.size();
    }

    /// The samples of one name: label values by those of the client and the number.
    private static final class Shown {
        private final Set<String> labels = new TreeSet<>();
        private final List<Map<String, String>> places = new ArrayList<>();
        private final List<Double> values = new ArrayList<>();

        void add(Pushed pushed, Key key, double value) {
            var place = new LinkedHashMap<>(key.labels);
            place.put("client_id", cut(pushed.client.clientId()));
            place.put("client_instance_id", pushed.client.id().toString());
            labels.addAll(place.keySet());
            places.add(place);
            values.add(value);
        }

        void describe(String name, Metric.Kind kind, Reading reading) {
            String sentence = "Pushed by clients (KIP-714).";
            var metric = new Metric(name, kind, Metric.Unit.NONE, List.copyOf(labels), "", sentence);
            for (int i = 0; i < places.size(); i++) {
                Map<String, String> place = places.get(i);
                String[] row = metric.labels().stream()
                        .map(label -> place.getOrDefault(label, ""))
                        .toArray(String[]::new);
                reading.add(metric, values.get(i), row);
            }
        }
    }

    @Override
    public void read(Reading reading) {
        var counters = new TreeMap<String, Shown>();
        var gauges = new TreeMap<String, Shown>();
        int left = reading.limits().clientNumbers();
        Collection<Pushed> present = present(reading.nanos());
        if (present.isEmpty()) return;
        for (Pushed each : present) {
            for (Map.Entry<Key, Double> number : each.numbers.entrySet()) {
                if (left-- <= 0) continue;
                Key key = number.getKey();
                (key.sum ? counters : gauges)
                        .computeIfAbsent(base(key), _ -> new Shown())
                        .add(each, key, number.getValue());
            }
        }
        if (left < 0) reading.leaveOut("clients", -left);
        counters.forEach((name, shown) -> shown.describe(name + TOTAL, Metric.Kind.COUNTER, reading));
        // OpenMetrics has one name for a counter and a gauge that differ by the counter's ending only
        gauges.forEach((name, shown) -> shown.describe(
                counters.containsKey(name) || name.endsWith(TOTAL) ? name + "_value" : name,
                Metric.Kind.GAUGE,
                reading));
    }

    private static String base(Key key) {
        boolean twice = key.sum && key.name.endsWith(TOTAL);
        return twice ? key.name.substring(0, key.name.length() - TOTAL.length()) : key.name;
    }
}
