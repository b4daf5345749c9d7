package barnabas.bench.figure;

import barnabas.bench.load.Scraper.Scrape;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;

/// Figures of scenarios in which metrics are scraped.
public final class Scrapes {
    public static final String HOW =
            "every 5 seconds one scrape by HTTP, as Prometheus does it; Kafka: the JMX exporter as a"
                    + " Java agent (named with the JVM's options) with the rules of bench/peer/metrics.yaml; Barnabas:"
                    + " barnabas.http.listeners";
    public static final Figure MILLIS = Figure.cost("time of a scrape", "ms");
    public static final Figure SERIES = Figure.rate("series in a scrape", "");

    private Scrapes() {}

    public static void put(Measurement measurement, Scrape scrape) {
        measurement.put(MILLIS, scrape.nanos() / 1e6).put(SERIES, (double) scrape.series());
    }
}
