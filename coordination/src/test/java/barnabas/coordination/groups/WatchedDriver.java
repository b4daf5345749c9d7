package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.MemoryShard;
import barnabas.coordination.RequestContext;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse.ListedGroup;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Our core, with what must always hold checked after every step:
///
/// - generation and epoch of a group never go back, and no member is ahead of its group;
/// - no partition is owned twice in one epoch or generation;
/// - replaying the log into an empty core gives the state that the running one has.
final class WatchedDriver implements GroupDriver {
    private static final Pattern EPOCH = Pattern.compile("consumer (\\S+) epoch (\\d+) .*");
    private static final Pattern GENERATION = Pattern.compile("classic (\\S+) .*generation=(\\d+).*");

    /// Last seen state of a group.
    private record Seen(String type, String state, int epoch) {}

    private final OurDriver driver;
    private final Map<String, Seen> seen = new HashMap<>();
    /// Assignments in answers, by group, generation and partition.
    private final Map<String, String> owners = new HashMap<>();
    private boolean appendsFailed;

    WatchedDriver(OurDriver driver) {
        this.driver = driver;
    }

    private void check(boolean restarted) {
        GroupShard core = driver.shard().shard();
        List<String> lines = core.describeState();
        var present = new HashMap<String, Seen>();
        for (ListedGroup group : core.list(ListGroupsRequest.builder().build())) {
            int epoch = epoch(group, lines);
            present.put(group.groupId(), new Seen(group.groupType(), group.groupState(), epoch));
            if (group.groupType().equals("consumer")) checkOwners(core, group.groupId(), epoch);
        }
        present.forEach((groupId, now) -> {
            Seen before = seen.get(groupId);
            if (before == null) return;
            // A group without members gave way to a new one of the other kind.
            boolean another = before.state.equals("Empty") && !before.type.equals(now.type);
            // A generation that has not been stored may be lost: no member has an assignment of it.
            boolean lost = restarted && now.type.equals("classic");
            if (!another && !lost) {
                assertThat(now.epoch).as("epoch of %s, %s", groupId, now).isGreaterThanOrEqualTo(before.epoch);
            }
        });
        seen.clear();
        seen.putAll(present);
        checkReplay(present, lines);
    }

    private static int epoch(ListedGroup group, List<String> lines) {
        Pattern pattern = group.groupType().equals("consumer") ? EPOCH : GENERATION;
        for (String line : lines) {
            var matcher = pattern.matcher(line);
            if (matcher.matches() && matcher.group(1).equals(group.groupId()))
                return Integer.parseInt(matcher.group(2));
        }
        throw new AssertionError("nothing about " + group + " in " + lines);
    }

    private static void checkOwners(GroupShard core, String groupId, int epoch) {
        var group = core.consumer().describe(groupId);
        assertThat(group.assignmentEpoch()).as("assignment epoch").isLessThanOrEqualTo(epoch);
        var owned = new HashSet<String>();
        for (var member : group.members()) {
            assertThat(member.memberEpoch()).as("epoch of %s", member).isLessThanOrEqualTo(group.assignmentEpoch());
            for (var topic : member.assignment().topicPartitions()) {
                for (int each : topic.partitions()) {
                    assertThat(owned.add(topic.topicName() + "-" + each))
                            .as("%s-%d owned once in %s", topic.topicName(), each, group)
                            .isTrue();
                }
            }
        }
    }

    private void checkReplay(Map<String, Seen> present, List<String> lines) {
        GroupShard replayed = driver.empty();
        MemoryShard.replay(driver.shard().log(), replayed);
        // The log knows a classic group as it is between rebalances, and not before its first one.
        var unknown = new HashSet<String>();
        present.forEach((groupId, group) -> {
            boolean known = group.state.equals("Stable") || group.state.equals("Empty");
            if (group.type.equals("classic") && (!known || appendsFailed)) unknown.add("classic " + groupId + " ");
        });
        assertThat(comparable(replayed.describeState(), unknown)).isEqualTo(comparable(lines, unknown));
    }

    private static List<String> comparable(List<String> lines, Set<String> unknown) {
        return lines.stream()
                .filter(line -> unknown.stream().noneMatch(line::startsWith))
                .filter(line -> !(line.startsWith("classic ") && line.contains("generation=0")))
                .toList();
    }

    // ---- the driver

    @Override
    public void send(RequestContext context, RequestMessage request, Consumer<Object> reply) {
        driver.send(context, request, answer -> {
            if (request instanceof SyncGroupRequest sync && answer instanceof SyncGroupResponse synced) {
                checkSync(context.clientId(), sync, synced);
            }
            reply.accept(answer);
        });
        check(false);
    }

    /// The leaders of these scripts give a partition to one client only.
    private void checkSync(String client, SyncGroupRequest request, SyncGroupResponse answer) {
        Seen group = seen.get(request.groupId());
        String partitions = answer.errorCode() != 0 ? null : ClassicWords.partitions(answer.assignment());
        if (partitions == null || partitions.isEmpty() || group == null || !group.type.equals("classic")) return;
        for (String each : partitions.split("\\+", -1)) {
            String key = request.groupId() + " " + request.generationId() + " " + each;
            String before = owners.putIfAbsent(key, client);
            assertThat(before == null || before.equals(client))
                    .as("%s given to %s and %s", key, before, client)
                    .isTrue();
        }
    }

    @Override
    public void endTransaction(long producerId, short producerEpoch, boolean commit) {
        driver.endTransaction(producerId, producerEpoch, commit);
        check(false);
    }

    @Override
    public void advance(long millis) {
        driver.advance(millis);
        check(false);
    }

    @Override
    public void topics(FixedTopics topics) {
        driver.topics(topics);
    }

    @Override
    public void topicsDeleted(List<String> names) {
        driver.topicsDeleted(names);
        check(false);
    }

    @Override
    public void failNext(ErrorCode error) {
        if (error != ErrorCode.NONE) appendsFailed = true;
        driver.failNext(error);
    }

    @Override
    public void restart() {
        driver.restart();
        owners.clear();
        check(true);
    }

    @Override
    public List<CoordinatorRecord> appended() {
        return driver.appended();
    }
}
