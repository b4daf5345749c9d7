package barnabas.cli.connect.isolated;

import barnabas.cli.connect.worker.Supervisor;
import barnabas.cli.connect.worker.WorkerFolder;
import barnabas.cli.connect.worker.WorkerSettings;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Interruption;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// The worker process of one connector and its supervision, on a thread of its own.
final class ConnectorWorker {
    /// Before a supervision that could not go on, for example on a full disk, begins again.
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final WorkerFolder folder;
    private final WorkerSettings settings;
    private final Console console;
    private final Interruption end = Interruption.none();
    private final Future<?> supervision;

    /// @param starting a permit for each start that may be under way
    ConnectorWorker(
            WorkerFolder folder, WorkerSettings settings, Console console, Semaphore starting, ExecutorService tasks) {
        this.folder = folder;
        this.settings = settings;
        this.console = console;
        this.supervision = tasks.submit(() -> supervise(starting));
    }

    String address() {
        return settings.address();
    }

    private void supervise(Semaphore starting) {
        try {
            while (!end.requested()) {
                try (var supervisor = new Supervisor(folder, settings, console, end)) {
                    supervisor.run(starting);
                    return;
                } catch (Failure | IOException e) {
                    console.problem(
                            "supervision of " + folder.own().getFileName() + " begins again: " + e.getMessage());
                }
                if (end.awaitRequest(AGAIN)) return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void requestEnd() {
        end.request();
    }

    /// Waits until the process has ended, after [#requestEnd].
    void awaitEnd() throws InterruptedException {
        try {
            supervision.get();
        } catch (ExecutionException e) {
            console.problem("supervision of " + folder.own().getFileName() + " ended: " + e.getCause());
        }
    }
}
