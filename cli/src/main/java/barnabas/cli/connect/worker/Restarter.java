package barnabas.cli.connect.worker;

import barnabas.cli.connect.rest.ConnectorStatus;
import barnabas.cli.connect.rest.ConnectorStatus.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Decides which failed connectors and tasks start again, and counts. The pause before a restart doubles,
/// from one second to five minutes. It begins with one second again after a part has run for ten minutes.
///
/// Owner: the thread of the supervisor.
final class Restarter {
    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long HEALTHY_NANOS = Duration.ofMinutes(10).toNanos();
    private static final int DOUBLINGS_MAX = 20;

    /// A connector (task -1) or one of its tasks.
    record Part(String connector, int task) {
        @Override
        public String toString() {
            return task < 0 ? connector : connector + "/" + task;
        }
    }

    private static final class History {
        int failures;
        long count;
        boolean waits;
        long dueNanos;
        long restartedNanos;
    }

    private final Map<Part, History> histories = new HashMap<>();

    /// Parts to start again now. A part of another worker is that worker's matter.
    ///
    /// @param worker `HOST:PORT` of this worker's REST
    List<Part> due(List<ConnectorStatus> statuses, String worker, long nowNanos) {
        var due = new ArrayList<Part>();
        var there = new HashSet<Part>();
        for (ConnectorStatus each : statuses) {
            var tasks = new ArrayList<TaskStatus>(each.tasks());
            tasks.add(each.self());
            for (TaskStatus task : tasks) {
                var part = new Part(each.name(), task.id());
                there.add(part);
                if (isDue(part, task, worker, nowNanos)) due.add(part);
            }
        }
        histories.keySet().retainAll(there);
        return due;
    }

    private boolean isDue(Part part, TaskStatus status, String worker, long nowNanos) {
        History history = histories.get(part);
        if (!status.hasFailed() || !status.worker().equals(worker)) {
            if (history != null) recover(history, nowNanos);
            return false;
        }
        if (history == null) {
            history = new History();
            histories.put(part, history);
        }
        if (!history.waits) {
            history.waits = true;
            history.dueNanos = nowNanos + pauseNanos(history.failures);
            history.failures++;
        }
        if (nowNanos - history.dueNanos < 0) return false;
        history.waits = false;
        history.count++;
        history.restartedNanos = nowNanos;
        return true;
    }

    private static void recover(History history, long nowNanos) {
        history.waits = false;
        if (nowNanos - history.restartedNanos >= HEALTHY_NANOS) history.failures = 0;
    }

    static long pauseNanos(int failures) {
        return Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(failures, DOUBLINGS_MAX));
    }

    /// Restarts so far, by part.
    Map<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        histories.forEach((part, history) -> {
            if (history.count > 0) counts.put(part.toString(), history.count);
        });
        return counts;
    }
}
