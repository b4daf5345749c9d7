package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every request meets a group of every kind in every state, also one of a kind that it is not about, and gets the
/// answer of Apache Kafka's own shard, with the same records in the log.
class WrongKindTest {
    private static final String ASSIGNORS =
            OurAssignorInKafka.Uniform.class.getName() + "," + OurAssignorInKafka.Range.class.getName();

    private static final String CLASSIC_MEMBER = """
        join a
        join a
        advance 3000
        sync a a=t-0 partitions
        """;

    /// Groups by how they come to be. Client `a` is the classic member, `x` the one of the consumer protocol.
    private static final Map<String, String> GROUPS = Map.of(
            "missing",
            "",
            "only offsets",
            "commit - t-0 5",
            "classic, empty",
            CLASSIC_MEMBER + "leave a",
            "classic, with a member",
            CLASSIC_MEMBER,
            "classic, of Connect",
            """
            join a type=connect metadata=x
            join a type=connect metadata=x
            advance 3000
            sync a a=work
            """,
            "consumer, empty",
            """
            hello x topics=t
            bye x
            """,
            "consumer, with a member",
            "hello x topics=t",
            "consumer, with members of both protocols",
            CLASSIC_MEMBER + """
                hello x topics=t
                join a own topics=t
                """);

    private static final List<String> REQUESTS = List.of(
            "join b",
            "join b v=3",
            "join b instance=ib",
            "join b type=connect metadata=x",
            "join b member=nobody",
            "sync a a=t-0 partitions",
            "sync b member=nobody generation=1",
            "sync x member=x generation=1",
            "heartbeat a",
            "heartbeat b member=nobody generation=1",
            "heartbeat x member=x generation=1",
            "leave a",
            "leave b member=nobody",
            "leave instance=nobody",
            "hello y topics=t",
            "hello y topics=t instance=iy",
            "hello a topics=t",
            "beat y epoch=1",
            "beat x",
            "bye y",
            "bye y static instance=iy",
            "bye x",
            "commit - t-0 7",
            "commit a t-0 7",
            "commit a t-0 7 v=8",
            "commit b t-0 7 member=nobody generation=1",
            "commit b t-0 7 member=nobody generation=1 v=8",
            "consumer-commit x t-0 7",
            "consumer-commit x t-0 7 v=8",
            "consumer-commit x t-0 7 epoch=99",
            "txn-commit - t-0 7",
            "txn-commit a t-0 7",
            "txn-commit b t-0 7 member=nobody generation=1",
            "fetch t-0",
            "fetch t-0 member=nobody epoch=1",
            "fetch t-0 member=x epoch=1",
            "fetch t-0 member=x epoch=99",
            "delete-offsets t-0",
            "describe",
            "describe-consumer",
            "delete",
            "list",
            "list types=classic",
            "list types=consumer",
            "list types=share,streams");

    static Stream<Arguments> groupsAndPolicies() {
        return GROUPS.keySet().stream()
                .sorted()
                .flatMap(group -> Stream.of("bidirectional", "disabled").map(policy -> Arguments.of(group, policy)));
    }

    @ParameterizedTest(name = "{0}, migration {1}")
    @MethodSource("groupsAndPolicies")
    void answersAreKafkas(String group, String policy) {
        for (String request : REQUESTS) {
            String script = "topic t partitions=2\n" + GROUPS.get(group).strip() + "\n" + request
                    + "\nlist\ndescribe-consumer\n";
            var settings = Map.of("group.consumer.migration.policy", policy);
            String ours = new GroupScript(new OurDriver(TestConfigs.of(settings))).run(script);
            String kafkas = new GroupScript(new KafkaDriver(
                            Map.of("group.consumer.migration.policy", policy, "group.consumer.assignors", ASSIGNORS)))
                    .run(script);
            assertThat(ours).as(request).isEqualTo(kafkas);
        }
    }
}
