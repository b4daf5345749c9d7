package barnabas.cli;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Json;
import barnabas.cli.console.Listing;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.GroupAdmin;
import barnabas.config.keys.NearestName;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "group",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer consumer groups: list, describe, lag, reset, delete.",
        footer = {"  barnabas group list", "  barnabas group lag billing"})
final class GroupCommand {
    private static final List<String> NAMES = List.of("list", "describe", "lag", "reset", "delete");

    static CommandLine line(String second, Console console) {
        return CommandBranch.of(new GroupCommand(), second, NAMES, name -> switch (name) {
            case "list" -> new ListGroups(console);
            case "describe" -> new Describe(console);
            case "lag" -> new Lag(console);
            case "reset" -> new GroupReset(console);
            case "delete" -> new Delete(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    /// Description of an existing group; the failure for a missing one has the nearest name.
    static GroupAdmin.Description describe(Cluster cluster, String id) throws Exception {
        try {
            return new GroupAdmin(cluster).describe(id);
        } catch (RequestFailedException e) {
            throw explained(cluster, id, e);
        }
    }

    private static Exception explained(Cluster cluster, String id, RequestFailedException failure) throws Exception {
        if (failure.error() != ErrorCode.GROUP_ID_NOT_FOUND) return failure;
        var ids = new GroupAdmin(cluster)
                .list().stream().map(GroupAdmin.Listing::id).toList();
        var nearest = NearestName.to(id, ids);
        return nearest.isEmpty()
                ? failure
                : new Failure(failure.getMessage() + ": did you mean '" + nearest.get() + "'?");
    }

    @Command(name = "list", description = "List all groups.", footer = "  barnabas group list --json")
    private static final class ListGroups extends ReportCommand {
        ListGroups(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var listing = new Listing("group", "type", "protocolType", "state", "coordinator");
            for (var each : new GroupAdmin(cluster).list()) {
                listing.row(each.id(), each.type(), each.protocolType(), each.state(), each.coordinatorId());
            }
            return print(listing);
        }
    }

    @Command(
            name = "describe",
            description = "Show members, assigned partitions and offsets of groups.",
            footer = "  barnabas group describe billing")
    private static final class Describe extends ReportCommand {
        @Parameters(paramLabel = "GROUP", arity = "1..*", description = "Ids of groups.")
        private List<String> groups = new ArrayList<>();

        Describe(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var objects = new ArrayList<Object>();
            for (String id : groups) {
                var group = GroupCommand.describe(cluster, id);
                var partitions = partitions(cluster, group, GroupLag.of(cluster, id, console));
                if (json) objects.add(object(group, partitions));
                else print(group, partitions);
            }
            if (json) Json.print(console.out(), objects);
            return 0;
        }

        private static Listing members(GroupAdmin.Description group) {
            var listing = new Listing("member", "instance", "client", "host", "partitions");
            for (var each : group.members()) {
                listing.row(each.id(), each.instanceId(), each.clientId(), each.host(), List.copyOf(each.partitions()));
            }
            return listing;
        }

        private static Listing partitions(
                Cluster cluster, GroupAdmin.Description group, Map<TopicPartition, GroupLag.Place> places)
                throws ClientException {
            var readers = new HashMap<TopicPartition, String>();
            for (var member : group.members()) {
                for (var partition : member.partitions()) readers.put(partition, member.id());
            }
            var all = new TreeSet<>(places.keySet());
            all.addAll(readers.keySet());
            var unread = new TreeSet<>(readers.keySet());
            unread.removeAll(places.keySet());
            var ends = Offsets.list(
                    cluster,
                    GroupLag.existing(cluster, unread),
                    new OffsetSpec.Latest(),
                    IsolationLevel.READ_UNCOMMITTED);
            var listing = new Listing("topic", "partition", "committed", "end", "lag", "lagTime", "member");
            for (var partition : all) {
                var place = places.get(partition);
                listing.row(
                        partition.topic(),
                        partition.partition(),
                        place == null ? null : place.committed(),
                        place == null ? offset(ends.get(partition)) : (Object) place.end(),
                        place == null ? null : place.lag(),
                        place == null ? null : GroupLag.text(place.lagMillis()),
                        readers.get(partition));
            }
            return listing;
        }

        private static @Nullable Object offset(Offsets.@Nullable Found found) {
            return found == null || found.offset() < 0 ? null : found.offset();
        }

        private static Object object(GroupAdmin.Description group, Listing partitions) {
            return Json.object(
                    "group", group.id(),
                    "type", group.type(),
                    "state", group.state(),
                    "assignor", group.assignor(),
                    "coordinator", group.coordinatorId(),
                    "members", members(group).objects(),
                    "partitions", partitions.objects());
        }

        private void print(GroupAdmin.Description group, Listing partitions) {
            var out = console.text();
            out.println(group.id() + "  " + group.type() + ", " + group.state()
                    + (group.assignor().isEmpty() ? "" : ", assignor " + group.assignor())
                    + ", coordinator " + group.coordinatorId());
            var members = members(group);
            if (!members.isEmpty()) members.table().print(out);
            if (!partitions.isEmpty()) partitions.table().print(out);
            out.flush();
        }
    }

    @Command(
            name = "lag",
            description = {
                "Show the lag of groups, in records and in time.",
                "The time is the age of the oldest record that the group has not read."
            },
            footer = {"  barnabas group lag", "  barnabas group lag billing --partitions"})
    private static final class Lag extends ReportCommand {
        @Parameters(paramLabel = "GROUP", arity = "0..*", description = "Ids of groups (default: all).")
        private List<String> groups = new ArrayList<>();

        @Option(names = "--partitions", description = "Show each partition instead of the sum of each topic.")
        private boolean partitions;

        Lag(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var ids = new ArrayList<>(groups);
            if (ids.isEmpty()) {
                for (var each : new GroupAdmin(cluster).list()) ids.add(each.id());
            }
            var listing = partitions
                    ? new Listing(
                            "group", "topic", "partition", "committed", "end", "lag", json ? "lagMillis" : "lagTime")
                    : new Listing("group", "topic", "partitions", "lag", json ? "lagMillis" : "lagTime");
            for (String id : ids) {
                var places = GroupLag.of(cluster, id, console);
                if (places.isEmpty() && !groups.isEmpty()) GroupCommand.describe(cluster, id);
                if (partitions) rows(listing, id, places);
                else sums(listing, id, places);
            }
            return print(listing);
        }

        private @Nullable Object time(OptionalLong millis) {
            if (!json) return GroupLag.text(millis);
            return millis.isEmpty() ? null : millis.getAsLong();
        }

        private void rows(Listing listing, String id, Map<TopicPartition, GroupLag.Place> places) {
            places.forEach((partition, place) -> listing.row(
                    id,
                    partition.topic(),
                    partition.partition(),
                    place.committed(),
                    place.end(),
                    place.lag(),
                    time(place.lagMillis())));
        }

        /// The sum of the lags, and the longest time.
        private void sums(Listing listing, String id, Map<TopicPartition, GroupLag.Place> places) {
            var topics = new TreeSet<String>();
            for (var partition : places.keySet()) topics.add(partition.topic());
            for (String topic : topics) {
                long lag = 0;
                long longest = 0;
                int count = 0;
                boolean unknown = false;
                for (var each : places.entrySet()) {
                    if (!each.getKey().topic().equals(topic)) continue;
                    count++;
                    lag += each.getValue().lag();
                    unknown |= each.getValue().lagMillis().isEmpty();
                    longest = Math.max(longest, each.getValue().lagMillis().orElse(0));
                }
                var time = unknown && longest == 0 ? OptionalLong.empty() : OptionalLong.of(longest);
                listing.row(id, topic, count, lag, time(time));
            }
        }
    }

    @Command(
            name = "delete",
            description = "Delete groups, or only their offsets for some topics.",
            footer = {"  barnabas group delete billing", "  barnabas group delete billing --topic orders"})
    private static final class Delete extends ClusterCommand {
        @Parameters(paramLabel = "GROUP", arity = "1..*", description = "Ids of groups.")
        private List<String> groups = new ArrayList<>();

        @Option(
                names = "--topic",
                paramLabel = "TOPIC",
                description = "Delete only the offsets of this topic. Repeatable (default: the whole group).")
        private List<String> topics = new ArrayList<>();

        Delete(Console console) {
            super(console);
        }

        @Override
        int run(Cluster cluster) throws Exception {
            var admin = new GroupAdmin(cluster);
            for (String id : groups) {
                try {
                    if (topics.isEmpty()) admin.delete(id);
                    else admin.deleteOffsets(id, Topics.partitions(cluster, topics));
                } catch (RequestFailedException e) {
                    throw explained(cluster, id, e);
                }
                console.err()
                        .println(
                                topics.isEmpty()
                                        ? "deleted group '" + id + "'"
                                        : "deleted offsets of group '" + id + "' for " + String.join(", ", topics));
            }
            return 0;
        }
    }
}
