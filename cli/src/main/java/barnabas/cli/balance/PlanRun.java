package barnabas.cli.balance;

import barnabas.cli.balance.MovePlan.Move;
import barnabas.cli.cluster.StartProgress;
import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import barnabas.cli.console.Progress;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.ReplicaAdmin;
import barnabas.protocol.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Carries a plan out: some partitions at a time, so that an interrupted one leaves whole moves behind. What is
/// under way at an interruption is cancelled, and stays where it was.
///
/// Owner: the thread of the command.
public final class PlanRun {
    private static final Duration TICK = Duration.ofMillis(200);
    /// Half a minute, and more on a slow cluster, for a heartbeat of the broker that was opened.
    private static final int ATTEMPTS_MAX = 150;
    /// Partitions that are moved at the same time.
    private static final int AT_ONCE_MAX = 50;

    private final Cluster cluster;
    private final ReplicaAdmin admin;
    private final MovePlan plan;
    private final boolean opened;
    private final Console console;
    private final Interruption interruption;

    /// @param opened whether the broker that gets the replicas has just been opened for new ones: the controller
    ///     learns of that with one of its next heartbeats
    public PlanRun(Cluster cluster, MovePlan plan, boolean opened, Console console, Interruption interruption) {
        this.opened = opened;
        this.cluster = cluster;
        this.admin = new ReplicaAdmin(cluster);
        this.plan = plan;
        this.console = console;
        this.interruption = interruption;
    }

    /// Moves that are over.
    ///
    /// @param complete whether it is all of them; false after an interruption
    public record Result(int moved, boolean complete) {}

    public Result run() throws ClientException, InterruptedException {
        var progress = new StartProgress(console);
        int moved = 0;
        long movedBytes = 0;
        try {
            for (int from = 0; from < plan.moves().size(); from += AT_ONCE_MAX) {
                List<Move> wave =
                        plan.moves().subList(from, Math.min(plan.moves().size(), from + AT_ONCE_MAX));
                Map<TopicPartition, List<Integer>> targets = new HashMap<>();
                for (Move each : wave) targets.put(each.partition(), each.after());
                Set<TopicPartition> left;
                try {
                    begin(targets, opened && from == 0, progress);
                    left = await(wave, moved, movedBytes, progress);
                } catch (ClientException e) {
                    admin.cancel(targets.keySet());
                    throw e;
                }
                moved += wave.size() - left.size();
                if (!left.isEmpty()) return new Result(moved, false);
                for (Move each : wave) movedBytes += each.bytes();
                admin.electPreferred(targets.keySet());
            }
        } finally {
            progress.clear();
        }
        return new Result(moved, true);
    }

    /// @param isNew whether the controller may not know yet that the broker takes replicas
    private void begin(Map<TopicPartition, List<Integer>> targets, boolean isNew, StartProgress progress)
            throws ClientException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                admin.reassign(targets);
                return;
            } catch (RequestFailedException e) {
                boolean waits = isNew && e.error() == ErrorCode.INVALID_REPLICA_ASSIGNMENT;
                if (!waits || attempt == ATTEMPTS_MAX) throw e;
                progress.update("waiting until the controller takes replicas to the broker");
                if (interruption.awaitRequest(TICK)) throw e;
            }
        }
    }

    /// Waits until the moves are over.
    ///
    /// @return those that were cancelled
    private Set<TopicPartition> await(List<Move> wave, int movedBefore, long bytesBefore, StartProgress progress)
            throws ClientException, InterruptedException {
        while (true) {
            Set<TopicPartition> ongoing = new HashSet<>(admin.ongoing());
            ongoing.retainAll(wave.stream().map(Move::partition).toList());
            if (ongoing.isEmpty()) return ongoing;
            if (interruption.awaitRequest(TICK)) {
                admin.cancel(ongoing);
                return ongoing;
            }
            progress.update(movedBefore + wave.size() - ongoing.size() + " of "
                    + plan.moves().size() + " replicas moved, " + Progress.size(bytesBefore + copied(wave, ongoing))
                    + " of " + Progress.size(plan.bytes()));
        }
    }

    /// Bytes of the moves that are over, and of what the others have so far.
    private long copied(List<Move> wave, Set<TopicPartition> ongoing) {
        var sizes = new HashMap<Integer, Map<TopicPartition, Long>>();
        long bytes = 0;
        for (Move each : wave) {
            if (!ongoing.contains(each.partition())) {
                bytes += each.bytes();
                continue;
            }
            long there = sizes.computeIfAbsent(each.to(), id -> Placement.sizes(cluster, id))
                    .getOrDefault(each.partition(), 0L);
            bytes += Math.min(each.bytes(), there);
        }
        return bytes;
    }
}
