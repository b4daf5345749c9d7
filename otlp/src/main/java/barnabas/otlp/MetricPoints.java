package barnabas.otlp;

import barnabas.metrics.Distribution;
import barnabas.metrics.Family;
import barnabas.metrics.Metric;
import barnabas.metrics.Reading;
import barnabas.metrics.Sample;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;

/// A [Reading] in the data model of OTLP, with the names and labels of the page `/metrics`.
///
/// ```
/// counter    sum, monotonic, cumulative
/// gauge      gauge
/// summary    summary: count, sum, the quantiles of the page
/// ```
///
/// @param startNanos since the epoch: counts begin there
/// @param nowNanos since the epoch
record MetricPoints(Resource resource, long startNanos, long nowNanos) {
    /// Samples in one request: 10,000 of them are 2 to 3 MB, and receivers refuse more than 20 MB.
    static final int SAMPLES_MAX = 10_000;

    /// The requests that hold all samples, in the order of the reading.
    List<List<MetricData>> requests(Reading reading) {
        var requests = new ArrayList<List<MetricData>>();
        var request = new ArrayList<MetricData>();
        int room = SAMPLES_MAX;
        for (Family family : reading.families()) {
            List<Sample> samples = family.samples();
            for (int from = 0; from < samples.size(); ) {
                int to = Math.min(samples.size(), from + room);
                request.add(metric(family.metric(), samples.subList(from, to)));
                room -= to - from;
                from = to;
                if (room > 0) continue;
                requests.add(request);
                request = new ArrayList<>();
                room = SAMPLES_MAX;
            }
        }
        if (!request.isEmpty()) requests.add(request);
        return requests;
    }

    private MetricData metric(Metric metric, List<Sample> samples) {
        var singles = new ArrayList<DoublePointData>();
        var spreads = new ArrayList<SummaryPointData>();
        for (Sample each : samples) {
            Attributes attributes = attributes(metric.labels(), each.labels());
            switch (each) {
                case Sample.Single(List<String> _, double value) ->
                    singles.add(DoublePointData.create(startNanos, nowNanos, attributes, value, List.of()));
                case Sample.Spread(List<String> _, Distribution spread) ->
                    spreads.add(summary(spread, metric.unit().divisor(), attributes));
            }
        }
        return switch (metric.kind()) {
            case COUNTER ->
                made(
                        metric,
                        MetricDataType.DOUBLE_SUM,
                        SumData.createDoubleSumData(true, AggregationTemporality.CUMULATIVE, singles));
            case GAUGE -> made(metric, MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(singles));
            case SUMMARY -> made(metric, MetricDataType.SUMMARY, SummaryData.create(spreads));
        };
    }

    private MetricData made(Metric metric, MetricDataType type, Data<?> data) {
        return new PushedMetric(resource, metric.name(), metric.sentence(), unit(metric.unit()), type, data);
    }

    /// By UCUM, as OpenTelemetry names units.
    private static String unit(Metric.Unit unit) {
        return switch (unit) {
            case NONE -> "";
            case BYTES -> "By";
            case MILLISECONDS -> "ms";
            case SECONDS -> "s";
            case RATIO -> "1";
        };
    }

    private static Attributes attributes(List<String> names, List<String> values) {
        AttributesBuilder attributes = Attributes.builder();
        for (int i = 0; i < names.size(); i++)
            if (!values.get(i).isEmpty()) attributes.put(names.get(i), values.get(i));
        return attributes.build();
    }

    private SummaryPointData summary(Distribution spread, double divisor, Attributes attributes) {
        var quantiles = new ArrayList<ValueAtQuantile>();
        for (double each : spread.shownQuantiles())
            quantiles.add(ValueAtQuantile.create(each, spread.quantile(each) / divisor));
        return SummaryPointData.create(
                startNanos, nowNanos, attributes, spread.count(), spread.sum() / divisor, quantiles);
    }
}
