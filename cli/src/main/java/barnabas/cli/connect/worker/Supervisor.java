package barnabas.cli.connect.worker;

import barnabas.base.Deadline;
import barnabas.cli.cluster.StartProgress;
import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.connect.rest.ConnectorStatus;
import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Supervision of one worker: starts it, starts it again when it ends or when plug-ins have come or gone, starts failed
/// connectors and tasks again, stops it in order.
///
/// Owner: the thread of the command.
public final class Supervisor implements AutoCloseable {
    private static final Duration START_TICK = Duration.ofMillis(250);
    private static final Duration WATCH_TICK = Duration.ofSeconds(1);
    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final long STOP_MILLIS_MAX = 30_000;
    private static final int OK = 200;

    private final WorkerFolder folder;
    private final WorkerSettings settings;
    private final Console console;
    private final Interruption interruption;
    private final ConnectRest rest;
    private final Restarter restarter = new Restarter();
    private Map<String, Long> written = Map.of();
    private List<String> plugins = List.of();
    private @Nullable WorkerProcess process;
    private int ends;
    private long startedNanos;

    public Supervisor(WorkerFolder folder, WorkerSettings settings, Console console, Interruption interruption) {
        this.folder = folder;
        this.settings = settings;
        this.console = console;
        this.interruption = interruption;
        this.rest = new ConnectRest(settings.address(), console.clock());
    }

    /// Returns when the worker has joined its group and answers.
    ///
    /// @return false when interrupted
    /// @throws Failure when the worker ends
    public boolean start() throws Failure, IOException, InterruptedException {
        RuntimeJars.prepare();
        if (interruption.requested()) return false;
        WorkerProcess worker = launch();
        var deadline = Deadline.in(START_MAX, console.clock());
        var progress = new StartProgress(console);
        try {
            while (!isHealthy()) {
                if (interruption.awaitRequest(START_TICK)) return false;
                if (!worker.isAlive()) throw new Failure(worker.end());
                progress.update("waiting for the worker to join its group");
                if (deadline.passed())
                    throw new Failure("the worker is not ready after " + START_MAX.toSeconds() + " s (log: "
                            + folder.log() + ")");
            }
        } finally {
            progress.clear();
        }
        return true;
    }

    private WorkerProcess launch() throws Failure, IOException {
        plugins = folder.pluginNames();
        startedNanos = console.clock().nanos();
        process = WorkerProcess.start(folder, settings);
        return process;
    }

    private boolean isHealthy() throws InterruptedException {
        try {
            return rest.once("GET", "/health", null).status() == OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Starts the worker of one connector and watches it; returns when interrupted.
    ///
    /// @param starting a permit is held until the worker answers or has ended, for some minutes at most
    public void run(Semaphore starting) throws Failure, IOException, InterruptedException {
        starting.acquire();
        try {
            WorkerProcess worker = launch();
            var deadline = Deadline.in(START_MAX, console.clock());
            while (worker.isAlive() && !isHealthy() && !deadline.passed())
                if (interruption.awaitRequest(START_TICK)) return;
        } finally {
            starting.release();
        }
        watch();
    }

    /// Returns when interrupted.
    public void watch() throws Failure, IOException, InterruptedException {
        while (!interruption.awaitRequest(WATCH_TICK)) {
            WorkerProcess worker = process;
            if (worker == null || !worker.isAlive()) {
                if (!startAgain(worker)) return;
                continue;
            }
            if (hasOtherPlugins()) {
                console.err().println("The plug-ins have changed: " + folder.worker() + " starts again");
                stop(worker);
                launch();
                continue;
            }
            restartFailed();
        }
    }

    /// The worker of one connector goes on without plug-ins that were added since: another connector needs them.
    private boolean hasOtherPlugins() throws IOException {
        List<String> present = folder.pluginNames();
        return folder.own().equals(folder.path()) ? !present.equals(plugins) : !present.containsAll(plugins);
    }

    /// @return false when interrupted
    private boolean startAgain(@Nullable WorkerProcess ended) throws Failure, IOException, InterruptedException {
        if (ended != null) console.problem(ended.end());
        // An operator who starts the worker again by hand would wait a while as well.
        if (console.clock().nanos() - startedNanos > START_MAX.toNanos()) ends = 0;
        var pause = Duration.ofNanos(Restarter.pauseNanos(ends++));
        console.err().println("T" + folder.worker().substring(1) + " starts again in " + pause.toSeconds() + " s");
        if (interruption.awaitRequest(pause)) return false;
        launch();
        return true;
    }

    /// A worker that does not answer is asked again with the next tick.
    private void restartFailed() throws IOException, InterruptedException {
        try {
            ConnectRest.Answer answer = rest.once("GET", "/connectors?expand=status", null);
            if (!answer.isGood()) return;
            JsonNode all = answer.body();
            List<ConnectorStatus> statuses = all.names().stream()
                    .map(name -> ConnectorStatus.of(all.at(name).at("status")))
                    .toList();
            for (var part :
                    restarter.due(statuses, settings.address(), console.clock().nanos())) restart(part);
        } catch (IOException notNow) {
            return;
        }
        Map<String, Long> counts = restarter.counts();
        if (counts.equals(written)) return;
        folder.writeRestarts(counts);
        written = counts;
    }

    private void restart(Restarter.Part part) throws IOException, InterruptedException {
        String path = "/connectors/" + ConnectRest.segment(part.connector())
                + (part.task() < 0 ? "/restart" : "/tasks/" + part.task() + "/restart");
        ConnectRest.Answer answer = rest.once("POST", path, null);
        console.err()
                .println("Restarted " + part + ", which had failed"
                        + (answer.isGood() ? "" : ", without success: " + answer.problem()));
    }

    private void stop(WorkerProcess worker) throws InterruptedException {
        worker.requestStop();
        if (worker.awaitEnd(STOP_MILLIS_MAX)) return;
        worker.kill();
        boolean _ = worker.awaitEnd(STOP_MILLIS_MAX);
        console.problem(folder.worker() + " did not stop in " + STOP_MILLIS_MAX / 1_000 + " s and was killed (log: "
                + folder.log() + ")");
    }

    @Override
    public void close() {
        rest.close();
        WorkerProcess worker = process;
        if (worker == null || !worker.isAlive()) return;
        try {
            stop(worker);
        } catch (InterruptedException e) {
            worker.kill();
            Thread.currentThread().interrupt();
        }
    }
}
