package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Listing;
import barnabas.cli.console.Progress;
import barnabas.cli.records.StartPoint;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.group.GroupLink;
import barnabas.client.group.GroupOffsets;
import barnabas.client.group.GroupOffsets.Committed;
import barnabas.client.group.GroupOffsets.Committer;
import barnabas.protocol.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reset",
        description = {
            "Move the committed offsets of a group without members.",
            "Without --execute, print the new offsets and change nothing; at a terminal, ask first."
        },
        footer = {
            "  barnabas group reset billing --to beginning",
            "  barnabas group reset billing --to -1h --topic orders --execute",
            "  barnabas group reset billing --by -100 --execute"
        })
final class GroupReset extends ReportCommand {
    @Parameters(paramLabel = "GROUP", description = "Id of the group.")
    private String group = "";

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            description = "New offset: beginning, end, an offset, or a time: 2026-11-21T08:00, 1795248000000"
                    + " (milliseconds) or -1h (no default: --to or --by is required).")
    private @Nullable String to;

    @Option(
            names = "--by",
            paramLabel = "DISTANCE",
            description = "Number of records to move forward, or backward if negative"
                    + " (no default: --to or --by is required).")
    private @Nullable Long by;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Topic to move. Repeatable (default: all topics with committed offsets).")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = "--partition",
            paramLabel = "N",
            split = ",",
            description = "Numbers of the partitions to move. Repeatable (default: all).")
    private List<Integer> numbers = new ArrayList<>();

    @Option(names = "--execute", description = "Move the offsets without asking.")
    private boolean execute;

    /// Null: shifted.
    private @Nullable StartPoint point;

    GroupReset(Console console) {
        super(console);
    }

    @Override
    void prepare() {
        if ((to == null) == (by == null)) throw misused("exactly one of --to and --by is required");
        point = to == null ? null : place("--to", to);
    }

    @Override
    int run(Cluster cluster) throws Exception {
        refuseActive(cluster);
        var link = new GroupLink(cluster, group);
        var committed = GroupOffsets.fetch(link);
        var partitions = partitions(cluster, committed);
        var moves = moves(cluster, partitions, committed);
        print(partitions, committed, moves);
        if (!execute && !agreed()) return 0;
        var offsets = new TreeMap<TopicPartition, Committed>();
        moves.forEach((partition, offset) -> offsets.put(partition, Committed.at(offset)));
        GroupOffsets.commit(link, Committer.NO_MEMBER, offsets);
        if (!json) console.err().println("moved group '" + group + "' in " + Progress.count(moves.size(), "partition"));
        return 0;
    }

    /// Ask for confirmation if standard error is a terminal.
    private boolean agreed() throws IOException {
        if (json) return false;
        if (console.interactive() && console.confirms("Move group '" + group + "'?")) return true;
        console.err().println("nothing has moved yet: add --execute to move the offsets");
        return false;
    }

    /// A group that does not exist yet may get its first offsets this way.
    private void refuseActive(Cluster cluster) throws Exception {
        try {
            var description = GroupCommand.describe(cluster, group);
            if (description.isActive()) {
                throw new Failure("group '" + group + "' has "
                        + Progress.count(description.members().size(), "member")
                        + ": stop them first (see 'barnabas group describe " + group + "')");
            }
        } catch (RequestFailedException e) {
            if (e.error() != ErrorCode.GROUP_ID_NOT_FOUND || topics.isEmpty()) throw e;
        }
    }

    private List<TopicPartition> partitions(Cluster cluster, Map<TopicPartition, Committed> committed)
            throws ClientException, Failure {
        var names = new TreeSet<>(topics);
        if (names.isEmpty()) {
            for (var partition : committed.keySet()) names.add(partition.topic());
        }
        if (names.isEmpty()) throw new Failure("group '" + group + "' has committed nothing: name a --topic");
        var partitions = Topics.partitions(cluster, names);
        if (!numbers.isEmpty()) partitions.removeIf(each -> !numbers.contains(each.partition()));
        if (by != null) partitions.removeIf(each -> !committed.containsKey(each));
        if (partitions.isEmpty()) throw new Failure("no partition is left to move");
        return partitions;
    }

    private Map<TopicPartition, Long> moves(
            Cluster cluster, List<TopicPartition> partitions, Map<TopicPartition, Committed> committed)
            throws ClientException {
        var isolation = IsolationLevel.READ_UNCOMMITTED;
        var starts = new StartPoint.Beginning().offsets(cluster, partitions, isolation);
        var ends = new StartPoint.End().offsets(cluster, partitions, isolation);
        var wanted = point == null ? shifted(partitions, committed) : point.offsets(cluster, partitions, isolation);
        var moves = new TreeMap<TopicPartition, Long>();
        for (var partition : partitions) {
            long low = starts.getOrDefault(partition, 0L);
            long high = Math.max(low, ends.getOrDefault(partition, 0L));
            long offset = wanted.getOrDefault(partition, -1L);
            // No record is that young: the end is where such a one would come.
            boolean none = offset < 0 && point instanceof StartPoint.Time;
            moves.put(partition, none ? high : Math.clamp(offset, low, high));
        }
        return moves;
    }

    private Map<TopicPartition, Long> shifted(
            List<TopicPartition> partitions, Map<TopicPartition, Committed> committed) {
        long distance = by == null ? 0 : by;
        var shifted = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            var from = committed.get(partition);
            if (from != null) shifted.put(partition, Math.max(0, from.offset() + distance));
        }
        return shifted;
    }

    private void print(
            List<TopicPartition> partitions, Map<TopicPartition, Committed> committed, Map<TopicPartition, Long> moves)
            throws Exception {
        var listing = new Listing("topic", "partition", "from", "to", "distance");
        for (var partition : partitions) {
            var from = committed.get(partition);
            long goal = moves.getOrDefault(partition, 0L);
            listing.row(
                    partition.topic(),
                    partition.partition(),
                    from == null ? null : from.offset(),
                    goal,
                    from == null ? null : goal - from.offset());
        }
        print(listing);
    }
}
