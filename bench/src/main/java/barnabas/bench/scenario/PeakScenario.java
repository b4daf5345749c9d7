package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.figure.Figures.Basis;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.RawProducer;
import barnabas.bench.load.Topics;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Cpus;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// As much as one core can take: a broker confined to one CPU, a generator on another that always has requests in
/// flight.
///
/// The data lies in memory, so that the disk is not the limit; every load gets a topic of its own, which is deleted
/// afterwards.
record PeakScenario(String name, String title, Shape shape, int connections, int window, List<Figure> aims)
        implements Scenario {
    private static final double SECONDS_MAX = 4;

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("load", "raw generator, closed loop, %d requests in flight per connection".formatted(window));
        settings.put("request", Client.RAW.request(shape));
        settings.put("semantics", Client.RAW.semantics + "; flush left to the operating system");
        settings.put("connections", "%d, each to its own partition".formatted(connections));
        settings.put("placement", "broker on the first CPU only, generator on the last; data in memory (tmpfs)");
        settings.put("log.segment.delete.delay.ms", "100, so that a round's topic is gone before the next");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.underLoad(aims, Basis.GIGABYTE, Figures.BROKER_CPU, Figures.GENERATOR_CPU);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        Map<String, String> config = Map.of("log.segment.delete.delay.ms", "100");
        return new PeakSession(system, bed, new Launch(bed.freshDirectoryInMemory(this, system), Cpus.first(), config));
    }

    private final class PeakSession extends LoadSession {
        private int loads;

        PeakSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
        }

        @Override
        protected double measureSeconds() {
            return Math.min(super.measureSeconds(), SECONDS_MAX);
        }

        @Override
        public void warmUp() throws IOException, InterruptedException {
            for (double left = warmUpSeconds(); left > 0; left -= SECONDS_MAX) {
                load(Math.min(left, SECONDS_MAX));
            }
        }

        @Override
        protected LoadResult load(double seconds) throws IOException, InterruptedException {
            Topic topic = Topics.create(control, name + "-" + ++loads, connections, Map.of());
            try (RawProducer producer = Client.raw(broker, topic, shape)) {
                return producer.closedLoop(window, seconds);
            } finally {
                Topics.delete(control, topic);
            }
        }

        /// Only the loop itself is measured, not the creating and deleting of its topic.
        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            long self = ProcessHandle.current().pid();
            Topic topic = Topics.create(control, name + "-" + ++loads, connections, Map.of());
            try (RawProducer producer = Client.raw(broker, topic, shape)) {
                ProcessSample generatorBefore = ProcessSample.of(self);
                ProcessSample before = ProcessSample.of(broker.pid());
                LoadResult load = producer.closedLoop(window, measureSeconds());
                ProcessSample used = ProcessSample.of(broker.pid()).minus(before);
                ProcessSample generator = ProcessSample.of(self).minus(generatorBefore);
                Measurement measurement = new Measurement();
                Figures.putCpu(measurement, used, load);
                measurement.put(Figures.THROUGHPUT, load.valueBytes() * 1e3 / load.elapsedNanos());
                measurement.put(Figures.BROKER_CPU, 100.0 * used.cpuNanos() / load.elapsedNanos());
                measurement.put(Figures.GENERATOR_CPU, 100.0 * generator.cpuNanos() / load.elapsedNanos());
                measurement.put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6);
                return measurement;
            } finally {
                Topics.delete(control, topic);
            }
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {}
    }
}
