package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse.PartitionData;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sources that cost a broker as much as they can.
class LyingSourceTest {
    @TempDir
    private Path directory;

    private static long fetchers(String mirror) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("mirror-" + mirror + "-from-"))
                .count();
    }

    private static PartitionData.Builder nothing() {
        return PartitionData.builder().highWatermark(0).logStartOffset(0);
    }

    @Test
    void sourceThatAnswersAtOnceWithNothingIsNotAskedAllTheTime() throws Exception {
        try (var clusters = new TwoClusters(directory);
                var lies = new LyingSource(
                        () -> 1,
                        _ -> nothing()
                                .records(new RecordData.InMemory(ByteBuffer.allocate(0)))
                                .build())) {
            clusters.target.mirrors().set("empty", Map.of("source", lies.address(), "topics", "lie"));
            TwoClusters.await(
                    () -> "fetches, " + TwoClusters.states(clusters.target, "empty"),
                    () -> lies.fetchNanos.size() > 20);
            assertThat(lies.fetchNanos.get(20) - lies.fetchNanos.getFirst()).isGreaterThan(19 * 50_000_000L);
        }
    }

    /// A request of a session names partitions with another offset only, and once in a while all of them.
    @Test
    void fetchesAreOfOneSession() throws Exception {
        try (var clusters = new TwoClusters(directory);
                var lies = new LyingSource(() -> 1, _ -> nothing().build())) {
            lies.sessionId = 7;
            clusters.target.mirrors().set("m", Map.of("source", lies.address(), "topics", "lie"));
            TwoClusters.await(
                    () -> "two sessions, " + TwoClusters.states(clusters.target, "m"),
                    () -> lies.fetches.stream()
                                    .filter(each -> each.sessionEpoch() == 0)
                                    .count()
                            >= 2);
            List<FetchRequest> seen = List.copyOf(lies.fetches);
            assertThat(seen.getFirst().sessionId()).isZero();
            assertThat(seen.get(1).sessionId()).isEqualTo(7);
            assertThat(seen)
                    .hasSizeGreaterThan(10)
                    .allSatisfy(each -> assertThat(each.topics()).hasSize(each.sessionEpoch() == 0 ? 1 : 0));
            int before = lies.fetches.size();
            lies.forgetsSession = true;
            TwoClusters.await(
                    "another session",
                    () -> lies.fetches.stream().skip(before).anyMatch(each -> each.sessionId() == 0));
            assertThat(TwoClusters.states(clusters.target, "m")).containsExactly("lie-0 mirroring");
        }
    }

    /// A topic of the target that began with the source's records.
    private static void createTaken(TwoClusters clusters) throws Exception {
        clusters.target
                .admin
                .createTopics(List.of(new NewTopic(LyingSource.TOPIC, 1, (short) 1)
                        .configs(Map.of("barnabas.mirror.source.id", LyingSource.ID.toString()))))
                .all()
                .get();
    }

    private static void reverse(TwoClusters clusters, LyingSource source) throws Exception {
        clusters.target
                .mirrors()
                .set("m", Map.of("source", source.address(), "topics", LyingSource.TOPIC, "existing", "adopted"));
    }

    /// Else both clusters truncate the topic to what the other one has: the first broker is cut off from its
    /// cluster and knows nothing of the mirror there.
    @Test
    void mirrorThatOneBrokerOfTheSourceKnowsOfKeepsTheTopic() throws Exception {
        try (var clusters = new TwoClusters(directory);
                var lies = new LyingSource(() -> 1, _ -> nothing().build())) {
            createTaken(clusters);
            lies.secondKnows = Map.of("barnabas.mirror", "other", "barnabas.mirror.state", "mirroring");
            reverse(clusters, lies);
            TwoClusters.await(
                    () -> "a decision, " + TwoClusters.states(clusters.target, "m"),
                    () -> TwoClusters.states(clusters.target, "m").stream()
                            .anyMatch(each -> each.contains("other") || each.contains("preparing")));
            assertThat(TwoClusters.states(clusters.target, "m"))
                    .containsExactly("lie: the source's topic is filled by its mirror other: promote it there first");
        }
    }

    @Test
    void brokerOfTheSourceThatDoesNotAnswerLeavesTheTopicAsItIs() throws Exception {
        try (var clusters = new TwoClusters(directory);
                var lies = new LyingSource(() -> 1, _ -> nothing().build())) {
            createTaken(clusters);
            lies.secondKnows = Map.of("retention.ms", "1");
            lies.endSecond();
            reverse(clusters, lies);
            TwoClusters.await(
                    () -> "a decision, " + TwoClusters.states(clusters.target, "m"),
                    () -> TwoClusters.states(clusters.target, "m").stream().anyMatch(each -> each.startsWith("lie")));
            assertThat(TwoClusters.states(clusters.target, "m"))
                    .singleElement()
                    .asString()
                    .startsWith("lie: not every broker of the source says whether a mirror fills it there");
        }
    }

    private static Set<String> readers(TwoClusters clusters) {
        try {
            return clusters.target.admin.describeAcls(AclBindingFilter.ANY).values().get().stream()
                    .map(each -> each.entry().principal())
                    .collect(Collectors.toSet());
        } catch (InterruptedException | ExecutionException e) {
            return Set.of(e.toString());
        }
    }

    /// The first broker is cut off from its cluster and still knows of a right that is gone there.
    @Test
    void rightThatOneBrokerOfTheSourceDoesNotKnowOfIsNotGiven() throws Exception {
        var guarded = Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:ANONYMOUS");
        try (var clusters = new TwoClusters(directory, Map.of(), guarded);
                var lies = new LyingSource(() -> 1, _ -> nothing().build())) {
            lies.secondKnows = Map.of("retention.ms", "1");
            lies.firstReaders = List.of("gone", "stays");
            lies.secondReaders = List.of("stays", "later");
            clusters.target
                    .mirrors()
                    .set("m", Map.of("source", lies.address(), "topics", LyingSource.TOPIC, "acls", "copied"));
            TwoClusters.await(
                    () -> "rights, " + TwoClusters.states(clusters.target, "m"),
                    () -> !readers(clusters).isEmpty());
            assertThat(readers(clusters)).containsExactly("User:stays");

            // what one of them knows to be gone goes, as soon as that one is asked
            lies.firstReaders = List.of("gone", "stays", "later");
            lies.secondReaders = List.of("later");
            TwoClusters.await(
                    () -> "rights, " + readers(clusters),
                    () -> readers(clusters).equals(Set.of("User:later")));

            // rights are only taken away while one of them does not answer
            lies.endSecond();
            lies.firstReaders = List.of("gone", "later");
            TwoClusters.await(
                    () -> "status, " + TwoClusters.states(clusters.target, "m"),
                    () -> TwoClusters.states(clusters.target, "m").toString().contains("rights are only taken away"));
            assertThat(readers(clusters)).containsExactly("User:later");
            lies.firstReaders = List.of("gone");
            TwoClusters.await(
                    () -> "rights, " + readers(clusters),
                    () -> readers(clusters).isEmpty());
        }
    }

    @Test
    void leadersThatChangeLeaveNoThreads() throws Exception {
        var leader = new AtomicInteger();
        try (var clusters = new TwoClusters(directory);
                var lies = new LyingSource(
                        leader::incrementAndGet,
                        _ -> nothing()
                                .errorCode(ErrorCode.NOT_LEADER_OR_FOLLOWER.code())
                                .build())) {
            clusters.target.mirrors().set("moving", Map.of("source", lies.address(), "topics", "lie"));
            TwoClusters.await(
                    () -> "12 leaders, " + TwoClusters.states(clusters.target, "moving"), () -> leader.get() >= 12);
            // none for a moment, between one leader and the next
            TwoClusters.await(() -> "one to three threads, but there are " + fetchers("moving"), () -> {
                long running = fetchers("moving");
                return running >= 1 && running <= 3;
            });
        }
    }
}
