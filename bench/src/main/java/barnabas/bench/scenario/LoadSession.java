package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.Topics;
import barnabas.bench.load.WireConnection;
import barnabas.bench.measure.JvmHeap;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.measure.SystemCalls;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.Workspace;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// A broker that runs through all rounds of a scenario and is put under load for a while in each of them.
abstract class LoadSession implements Session {
    private static final long START_SECONDS = 120;
    private static final long SETTLE_MILLIS = 300;

    private final Bed bed;
    private final Launch launch;
    protected final RunningBroker broker;
    protected final WireConnection control;
    private final List<Closeable> owned = new ArrayList<>();

    LoadSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
        this.bed = bed;
        this.launch = launch;
        this.broker = system.launch(launch);
        try {
            Topics.awaitServing(broker, System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS));
            this.control = WireConnection.open(broker.address());
        } catch (IOException e) {
            broker.close();
            throw e;
        }
    }

    /// Is closed with the session, before the broker ends.
    protected final <T extends Closeable> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    /// Puts the load on for that long and waits until all of it is answered.
    protected abstract LoadResult load(double seconds) throws IOException, InterruptedException;

    /// The figures of a load, beyond CPU time and context switches.
    protected abstract void describe(Measurement measurement, LoadResult load);

    protected double measureSeconds() {
        return bed.measureSeconds();
    }

    protected double warmUpSeconds() {
        return bed.warmUpSeconds();
    }

    @Override
    public void warmUp() throws IOException, InterruptedException {
        load(bed.warmUpSeconds());
    }

    @Override
    public Measurement measure(int round) throws IOException, InterruptedException {
        ProcessSample before = ProcessSample.of(broker.pid());
        LoadResult load = load(measureSeconds());
        ProcessSample used = ProcessSample.of(broker.pid()).minus(before);
        Measurement measurement = new Measurement();
        Figures.putCpu(measurement, used, load);
        measurement.put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6);
        describe(measurement, load);
        return measurement;
    }

    @Override
    public Measurement diagnose() throws IOException, InterruptedException {
        Measurement measurement = new Measurement();
        double seconds = Math.min(measureSeconds(), 4);
        try (JvmHeap heap = JvmHeap.attach(broker.pid())) {
            long before = heap.allocatedBytes();
            LoadResult load = load(seconds);
            long bytes = heap.allocatedBytes() - before;
            measurement.put(Figures.ALLOCATED_PER_GB, bytes / 1e6 / load.gigabytes());
            measurement.put(Figures.ALLOCATED_PER_REQUEST, (double) bytes / load.requests());
        }
        if (bed.systemCalls()) {
            SystemCalls calls = SystemCalls.start(broker.pid());
            LoadResult load = load(seconds);
            OptionalLong count = calls.stop();
            if (count.isPresent()) {
                measurement.put(Figures.SYSTEM_CALLS, (double) count.getAsLong() / load.requests());
            }
        }
        return measurement;
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        broker.pause();
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        broker.resume();
        Thread.sleep(SETTLE_MILLIS);
    }

    @Override
    public String jvmOptions() throws IOException {
        return broker.jvmOptions();
    }

    @Override
    public OptionalLong pid() {
        return OptionalLong.of(broker.pid());
    }

    @Override
    public void close() throws IOException {
        try (control) {
            for (Closeable each : owned) each.close();
        } finally {
            broker.close();
            Workspace.deleteTree(launch.directory());
        }
    }
}
