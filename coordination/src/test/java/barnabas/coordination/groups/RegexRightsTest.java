package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.RequestContext;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Members with a regular expression and different rights: each is assigned only what it may describe, now and when
/// rights change.
class RegexRightsTest {
    private final OurDriver driver = new OurDriver(TestConfigs.of(Map.of()));
    private final Map<String, Set<String>> rights = new HashMap<>();
    private final Map<String, Member> members = new HashMap<>();
    private FixedTopics topics = FixedTopics.NONE;

    /// Epoch and partitions of a member, by its last answer.
    private static final class Member {
        private int epoch;
        private Set<String> assigned = Set.of();
        private List<ConsumerGroupHeartbeatRequest.TopicPartitions> owned = List.of();
    }

    @BeforeEach
    void createTopics() {
        topics = topics.with("orders", 2).with("payments", 2);
        driver.topics(topics);
    }

    private void allow(String member, String... names) {
        rights.put(member, new HashSet<>(List.of(names)));
        topics = new FixedTopics(topics.topics(), topics.version() + 1);
        driver.topics(topics);
    }

    private void beat(String name) {
        Member member = members.computeIfAbsent(name, key -> new Member());
        boolean joins = member.epoch == 0;
        var request = ConsumerGroupHeartbeatRequest.builder()
                .groupId("g")
                .memberId(name)
                .memberEpoch(member.epoch)
                .rebalanceTimeoutMs(joins ? 45_000 : -1)
                .subscribedTopicRegex(joins ? ".*" : null)
                .topicPartitions(member.owned)
                .build();
        var context = new RequestContext(
                (short) 1,
                name,
                "/127.0.0.1",
                topic -> rights.getOrDefault(name, Set.of()).contains(topic));
        driver.send(context, request, answer -> take(member, (ConsumerGroupHeartbeatResponse) answer));
    }

    private static void take(Member member, ConsumerGroupHeartbeatResponse answer) {
        assertThat(ErrorCode.of(answer.errorCode())).isEqualTo(ErrorCode.NONE);
        member.epoch = answer.memberEpoch();
        var assignment = answer.assignment();
        if (assignment == null) return;
        var names = new TreeSet<String>();
        for (var each : assignment.topicPartitions())
            for (int partition : each.partitions()) names.add(nameOf(each.topicId()) + "-" + partition);
        member.assigned = names;
        member.owned = assignment.topicPartitions().stream()
                .map(each -> new ConsumerGroupHeartbeatRequest.TopicPartitions(each.topicId(), each.partitions()))
                .toList();
    }

    private static @Nullable String nameOf(Uuid id) {
        for (String name : List.of("orders", "payments"))
            if (FixedTopics.idOf(name).equals(id)) return name;
        return null;
    }

    private void beatAll(int rounds) {
        for (int i = 0; i < rounds; i++) {
            driver.advance(3_000);
            for (String name : List.copyOf(members.keySet())) beat(name);
        }
    }

    private Set<String> of(String name) {
        return members.get(name).assigned;
    }

    @Test
    void membersGetOnlyWhatTheyMayDescribe() {
        allow("alice", "orders");
        allow("bob", "orders", "payments");
        beat("alice");
        beat("bob");
        beatAll(6);
        assertThat(of("alice")).isSubsetOf("orders-0", "orders-1");
        assertThat(of("bob")).contains("payments-0", "payments-1");
        var all = new TreeSet<>(of("alice"));
        all.addAll(of("bob"));
        assertThat(all).containsExactly("orders-0", "orders-1", "payments-0", "payments-1");
    }

    @Test
    void aRightThatComesLaterCountsSoon() {
        allow("alice", "orders");
        beat("alice");
        beatAll(6);
        assertThat(of("alice")).containsExactly("orders-0", "orders-1");
        allow("alice", "orders", "payments");
        beatAll(6);
        assertThat(of("alice")).containsExactly("orders-0", "orders-1", "payments-0", "payments-1");
        allow("alice", "payments");
        beatAll(6);
        assertThat(of("alice")).containsExactly("payments-0", "payments-1");
    }

    @Test
    void aHiddenTopicGoesToAnotherMember() {
        allow("alice", "orders", "payments");
        allow("bob", "orders", "payments");
        beat("alice");
        beat("bob");
        beatAll(6);
        allow("alice", "orders");
        beatAll(8);
        assertThat(of("alice")).isSubsetOf("orders-0", "orders-1");
        assertThat(of("bob")).contains("payments-0", "payments-1");
    }

    @Test
    void changesOfRightsAreLookedAtEveryTenSecondsAtMost() {
        allow("alice", "orders");
        beat("alice");
        beatAll(6);
        int epoch = members.get("alice").epoch;
        for (int i = 0; i < 20; i++) {
            if (i % 2 == 0) allow("alice", "payments");
            else allow("alice", "orders");
            driver.advance(500);
            beat("alice");
        }
        assertThat(members.get("alice").epoch - epoch).isLessThanOrEqualTo(2);
    }

    @Test
    void anotherCoordinatorKeepsToRights() {
        allow("alice", "orders");
        allow("bob", "orders", "payments");
        beat("alice");
        beat("bob");
        beatAll(6);
        Set<String> alice = of("alice");
        int epoch = members.get("alice").epoch;
        driver.restart();
        driver.topics(topics);
        beatAll(6);
        assertThat(of("alice")).isEqualTo(alice);
        assertThat(members.get("alice").epoch).as("nothing has changed").isEqualTo(epoch);
        driver.restart();
        rights.put("alice", Set.of("orders", "payments"));
        rights.put("bob", Set.of("orders"));
        beatAll(8);
        assertThat(of("alice")).contains("payments-0", "payments-1");
        assertThat(of("bob")).isSubsetOf("orders-0", "orders-1");
    }
}
