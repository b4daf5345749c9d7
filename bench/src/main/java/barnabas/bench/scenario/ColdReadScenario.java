package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.Consumer;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Producer;
import barnabas.bench.load.RawProducer;
import barnabas.bench.load.Topics;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/// Producers while a consumer reads gigabytes that are not in the page cache.
///
/// Each round has two parts: the producer alone, then the same producer beside a consumer of old records. Before each
/// pass of the consumer its files are dropped from the page cache.
///
/// @param readMegabytesPerSecond how fast the consumer reads at most; infinite: as fast as it can, which with few
///     processors also takes the producer's own time
record ColdReadScenario(
        String name,
        String title,
        Shape shape,
        double requestsPerSecond,
        double readMegabytesPerSecond,
        List<Figure> aims)
        implements Scenario {
    static final Figure P99_RATIO = Figure.cost("p99 of produce beside cold reads / before", "");
    static final Figure P99_BEFORE = Figure.cost("p99 before", "µs");
    static final Figure P99_BESIDE = Figure.cost("p99 beside cold reads", "µs");
    static final Figure READ = Figure.rate("read cold", "MB/s");
    private static final Shape OLD = Shape.ofBatchBytes(1024, 128 << 10, CompressionType.NONE);

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "produce",
                "raw generator, open loop, %,.0f requests/s, %s, %s"
                        .formatted(requestsPerSecond, Client.RAW.request(shape), Client.RAW.semantics));
        settings.put(
                "cold reads",
                Client.RAW.title + ", one consumer of everything from the start, "
                        + (Double.isInfinite(readMegabytesPerSecond)
                                ? "as fast as it can, again and again"
                                : "%,.0f MB/s".formatted(readMegabytesPerSecond))
                        + "; the files leave the page cache before");
        settings.put("size", "--gigabytes (10^9 bytes of record values); what was used is the row \"data\"");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(aims, List.of(P99_BEFORE, P99_BESIDE, READ, Figures.DATA, Figures.RESIDENT));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new ColdSession(system, bed, bed.launch(this, system));
    }

    private final class ColdSession extends LoadSession {
        private final Path data;
        private final Topic old;
        private final double oldGigabytes;
        private final Producer producer;

        ColdSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            data = launch.directory();
            old = Topics.create(control, name + "-old", 1, Map.of("segment.bytes", Integer.toString(256 << 20)));
            oldGigabytes = fill(bed.smoke() ? 0.02 : bed.gigabytes());
            producer = own(Client.RAW.producer(broker, Topics.create(control, name, 1, Map.of()), shape));
        }

        private double fill(double gigabytes) throws IOException {
            try (RawProducer filling = Client.raw(broker, old, OLD)) {
                double filled = 0;
                while (filled < gigabytes) filled += filling.closedLoop(4, 0.1).gigabytes();
                return filled;
            }
        }

        /// Only what is on disk can leave the page cache.
        private void forgetOld() throws IOException, InterruptedException {
            try (var files = Files.walk(data)) {
                for (Path file : files.filter(this::isOld).toList()) {
                    int status = new ProcessBuilder(
                                    "dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
                    if (status != 0) throw new IOException("dd could not drop " + file + " from the page cache");
                }
            }
        }

        private boolean isOld(Path file) {
            return file.toString().contains("/" + old.name() + "-0/")
                    && (file.toString().endsWith(".log") || file.toString().endsWith("index"));
        }

        @Override
        protected LoadResult load(double seconds) throws IOException, InterruptedException {
            return producer.openLoop(requestsPerSecond, seconds);
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            LoadResult before = load(measureSeconds());
            forgetOld();
            var reading = new ColdReads();
            Thread reader = Thread.ofPlatform().name("bench-cold").start(reading);
            LoadResult beside = load(measureSeconds());
            reading.stopping = true;
            reader.join();
            reading.rethrow();
            double p99Before = before.latencyNanos().getValueAtPercentile(99) / 1e3;
            double p99Beside = beside.latencyNanos().getValueAtPercentile(99) / 1e3;
            return new Measurement()
                    .put(P99_RATIO, p99Beside / p99Before)
                    .put(P99_BEFORE, p99Before)
                    .put(P99_BESIDE, p99Beside)
                    .put(READ, reading.records * OLD.recordBytes() / 1e6 / (beside.elapsedNanos() / 1e9))
                    .put(Figures.DATA, oldGigabytes)
                    .put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6)
                    .latency("before", before.latencyNanos())
                    .latency("beside cold reads", beside.latencyNanos());
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {}

        private final class ColdReads implements Runnable {
            private volatile boolean stopping;
            /// Read after the thread has ended.
            private double records;
            private volatile @Nullable Exception failure;

            @Override
            public void run() {
                try {
                    while (!stopping) {
                        pass();
                        if (!stopping) forgetOld();
                    }
                } catch (IOException | InterruptedException | RuntimeException e) {
                    failure = e;
                }
            }

            private void pass() throws IOException {
                try (Consumer consumer = Client.RAW.consumer(broker, old, 0, (first, last) -> {})) {
                    long position = -1;
                    long started = System.nanoTime();
                    while (!stopping && consumer.position() > position) {
                        position = consumer.position();
                        consumer.poll();
                        pace(consumer.position(), started);
                    }
                    records += consumer.position();
                }
            }

            private void pace(long records, long startedNanos) {
                double dueNanos = records * OLD.recordBytes() / 1e6 / readMegabytesPerSecond * 1e9;
                LockSupport.parkNanos((long) dueNanos - (System.nanoTime() - startedNanos));
            }

            void rethrow() throws IOException {
                Exception caught = failure;
                if (caught != null) throw new IOException("the reader of old records failed", caught);
            }
        }
    }
}
