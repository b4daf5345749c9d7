package barnabas.cli.connect.isolated;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Mutex;
import barnabas.base.Threads;
import barnabas.cli.connect.worker.Supervisor;
import barnabas.cli.connect.worker.WorkerFolder;
import barnabas.cli.connect.worker.WorkerSettings;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import barnabas.net.FreePorts;
import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpServer;
import barnabas.net.socket.SocketNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Isolated mode: a process and a group for each connector, below one REST. What one connector does, and its coming and
/// going, leaves the others alone. One further worker, the desk, has the group of the usual mode.
///
/// Owner: the thread of the command; the map of workers is shared with requests.
public final class IsolatedConnect implements Workers, AutoCloseable {
    private static final int CONNECTORS_MAX = 256;
    /// Starts of processes at a time: more would slow the connectors that run.
    private static final int STARTS_MAX = 2;

    private static final Duration HEALTHY_MAX = Duration.ofSeconds(90);
    private static final Duration PART_MAX = Duration.ofSeconds(5);
    private static final Duration ASK_MAX = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final WorkerFolder folder;
    private final WorkerSettings settings;
    private final Console console;
    private final WorkerSettings desk;
    private final Supervisor supervisor;
    private final WorkerClient client = new WorkerClient();
    private final ExecutorService tasks = Threads.SYSTEM.perTask("connect");
    private final Mutex launches = new Mutex();
    private final Semaphore starting = new Semaphore(STARTS_MAX);
    private final ConcurrentSkipListMap<String, ConnectorWorker> workers = new ConcurrentSkipListMap<>();
    private @Nullable HttpServer rest;

    /// @param settings those of the REST; workers listen on free ports of the loopback address
    public IsolatedConnect(WorkerFolder folder, WorkerSettings settings, Console console, Interruption interruption)
            throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.console = console;
        this.desk = settings.at("localhost", FreePorts.choose(1).getFirst());
        this.supervisor = new Supervisor(folder, desk, console, interruption);
    }

    /// Returns when the desk answers and REST does; workers of known connectors are started after that.
    ///
    /// @return false when interrupted
    public boolean start() throws Failure, IOException, InterruptedException {
        var known = new ArrayList<String>();
        for (String name : folder.connectorNames()) {
            WorkerFolder own = folder.ofConnector(name);
            if (own.isConfirmed()) known.add(name);
            else own.deleteOwn();
        }
        if (known.size() > CONNECTORS_MAX) throw tooMany();
        if (!supervisor.start()) return false;
        for (String name : known) launch(name);
        var network = new SocketNetwork(Clock.SYSTEM, Threads.SYSTEM, new SplittableRandom());
        var address = new HttpConfig.Address(settings.host(), settings.port());
        rest = network.listen(HttpConfig.of(List.of(address)), new FrontRest(this, client, tasks, PART_MAX));
        return true;
    }

    private static Failure tooMany() {
        return new Failure("this machine has " + CONNECTORS_MAX + " connectors with workers of their own, the limit");
    }

    /// Returns when interrupted.
    public void watch() throws Failure, IOException, InterruptedException {
        supervisor.watch();
    }

    private ConnectorWorker launch(String name) throws Failure, IOException {
        WorkerFolder own = folder.ofConnector(name);
        own.create();
        var worker = new ConnectorWorker(
                own, settings.ofConnector(name, FreePorts.choose(1).getFirst()), console, starting, tasks);
        workers.put(name, worker);
        return worker;
    }

    @Override
    public String desk() {
        return desk.address();
    }

    @Override
    public Set<String> names() {
        return new TreeSet<>(workers.keySet());
    }

    @Override
    public Optional<String> of(String connector) {
        return Optional.ofNullable(workers.get(connector)).map(ConnectorWorker::address);
    }

    @Override
    public String create(String connector) throws Failure, IOException, InterruptedException {
        ConnectorWorker worker = present(connector);
        var deadline = Deadline.in(HEALTHY_MAX, console.clock());
        while (!isHealthy(worker)) {
            if (deadline.passed())
                throw new Failure("no answer after " + HEALTHY_MAX.toSeconds() + " s (log: "
                        + folder.ofConnector(connector).log() + ")");
            console.clock().sleep(LOOK);
        }
        return worker.address();
    }

    private ConnectorWorker present(String connector) throws Failure, IOException {
        try (var _ = launches.hold()) {
            ConnectorWorker worker = workers.get(connector);
            if (worker != null) return worker;
            if (workers.size() >= CONNECTORS_MAX) throw tooMany();
            return launch(connector);
        }
    }

    @Override
    public void confirm(String connector) throws IOException {
        folder.ofConnector(connector).confirm();
    }

    private boolean isHealthy(ConnectorWorker worker) throws InterruptedException {
        try {
            return client.send(worker.address(), "GET", "/health", null, ASK_MAX)
                    .isGood();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void remove(String connector) throws IOException, InterruptedException {
        ConnectorWorker worker = workers.get(connector);
        if (worker == null) return;
        worker.requestEnd();
        worker.awaitEnd();
        folder.ofConnector(connector).deleteOwn();
        workers.remove(connector, worker);
    }

    @Override
    public void close() {
        if (rest != null) rest.close();
        var all = new ArrayList<>(workers.values());
        all.forEach(ConnectorWorker::requestEnd);
        supervisor.close();
        try {
            for (ConnectorWorker each : all) each.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tasks.shutdownNow();
        client.close();
    }
}
