package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Offsets, step by step. The transcripts were compared with what Apache Kafka 4.4 answers.
class OffsetTranscriptTest {
    private static void check(String transcript) {
        check(Map.of(), transcript);
    }

    private static void check(Map<String, String> properties, String transcript) {
        assertThat(new GroupScript(new OurDriver(TestConfigs.of(properties))).run(transcript))
                .isEqualTo(transcript);
    }

    @Test
    void commitsWithoutAGroup() {
        check("""
                topic t partitions=2
                commit - t-0 5
                | -: commit t-0 NONE
                | log: offset g t-0 v4 5
                commit - t-1 7 metadata=note leader-epoch=3
                | -: commit t-1 NONE
                | log: offset g t-1 v4 7@3"note"
                fetch
                | fetch NONE t-0=5 t-1=7@3"note"
                fetch t-1
                | fetch NONE t-1=7@3"note"
                fetch t-0 v=10
                | fetch NONE t-0=5
                list
                | list NONE g//Empty/classic
                restart
                fetch
                | fetch NONE t-0=5 t-1=7@3"note"
                """);
    }

    @Test
    void topicsThatAreNotThere() {
        check("""
                topic t
                commit - t-0 5
                | -: commit t-0 NONE
                | log: offset g t-0 v4 5
                commit - t-1 5
                | -: commit t-1 UNKNOWN_TOPIC_OR_PARTITION
                commit - u-0 5
                | -: commit u-0 UNKNOWN_TOPIC_OR_PARTITION
                commit - u-0 5 v=10
                | -: commit u-0 UNKNOWN_TOPIC_ID
                fetch u-0
                | fetch NONE u-0=-1
                fetch u-0 v=10
                | fetch NONE ?-0=UNKNOWN_TOPIC_ID
                fetch t-7
                | fetch NONE t-7=-1
                """);
    }

    @Test
    void onlyMembersOfTheGenerationCommit() {
        check("""
                topic t
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                join b v=3
                advance 6000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                commit a t-0 1
                | a: commit t-0 REBALANCE_IN_PROGRESS
                sync a a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x b#1=y]
                commit a t-0 2
                | a: commit t-0 NONE
                | log: offset g t-0 v4 2
                commit a t-0 3 generation=0
                | a: commit t-0 ILLEGAL_GENERATION
                commit a t-0 3 generation=-1
                | a: commit t-0 ILLEGAL_GENERATION
                commit - t-0 4
                | -: commit t-0 UNKNOWN_MEMBER_ID
                commit b t-0 5 member=nobody
                | b: commit t-0 UNKNOWN_MEMBER_ID
                commit b t-0 6 group=other
                | b: commit t-0 GROUP_ID_NOT_FOUND
                commit b t-0 6 group=other v=8
                | b: commit t-0 ILLEGAL_GENERATION
                fetch
                | fetch NONE t-0=2
                fetch group=other
                | fetch NONE
                """);
    }

    @Test
    void aCommitKeepsItsMemberAlive() {
        check("""
                topic t
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                advance 9999
                commit a t-0 1
                | a: commit t-0 NONE
                | log: offset g t-0 v4 1
                advance 9999
                heartbeat a
                | a: heartbeat NONE
                """);
    }

    @Test
    void aCommitThatCannotBeStored() {
        check("""
                topic t
                commit - t-0 1
                | -: commit t-0 NONE
                | log: offset g t-0 v4 1
                fail NOT_ENOUGH_REPLICAS
                commit - t-0 2
                | -: commit t-0 COORDINATOR_NOT_AVAILABLE
                fail MESSAGE_TOO_LARGE
                commit - t-0 3
                | -: commit t-0 INVALID_COMMIT_OFFSET_SIZE
                fail NOT_LEADER_OR_FOLLOWER
                commit - t-0 4
                | -: commit t-0 NOT_COORDINATOR
                fetch
                | fetch NONE t-0=1
                """);
    }

    @Test
    void offsetsOfATransactionWaitForItsEnd() {
        check("""
                topic t partitions=2
                commit - t-0 1
                | -: commit t-0 NONE
                | log: offset g t-0 v4 1
                txn-commit - t-0 2 pid=7
                | -: txn-commit t-0 NONE
                | log: offset g t-0 v4 2
                txn-commit - t-1 3 pid=7
                | -: txn-commit t-1 NONE
                | log: offset g t-1 v4 3
                fetch
                | fetch NONE t-0=1
                fetch stable
                | fetch NONE t-0=UNSTABLE_OFFSET_COMMIT
                end-txn commit pid=7
                fetch stable
                | fetch NONE t-0=2 t-1=3
                txn-commit - t-0 9 pid=8
                | -: txn-commit t-0 NONE
                | log: offset g t-0 v4 9
                restart
                fetch stable
                | fetch NONE t-0=UNSTABLE_OFFSET_COMMIT t-1=3
                end-txn abort pid=8
                fetch stable
                | fetch NONE t-0=2 t-1=3
                """);
    }

    @Test
    void aLaterPlainCommitOutlivesATransaction() {
        check("""
                topic t
                txn-commit - t-0 2 pid=7
                | -: txn-commit t-0 NONE
                | log: offset g t-0 v4 2
                commit - t-0 5
                | -: commit t-0 NONE
                | log: offset g t-0 v4 5
                end-txn commit pid=7
                fetch
                | fetch NONE t-0=5
                """);
    }

    @Test
    void offsetsOfReadersAreNotDeleted() {
        check("""
                topic t
                topic u
                join a v=3 topics=t
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                commit a t-0 1
                | a: commit t-0 NONE
                | log: offset g t-0 v4 1
                commit a u-0 1
                | a: commit u-0 NONE
                | log: offset g u-0 v4 1
                delete-offsets t-0
                | delete-offsets NONE GROUP_SUBSCRIBED_TO_TOPIC
                delete-offsets u-0
                | delete-offsets NONE NONE
                | log: offset g u-0 deleted
                delete-offsets group=other t-0
                | delete-offsets GROUP_ID_NOT_FOUND
                fetch
                | fetch NONE t-0=1
                leave a
                | leave NONE a#1=NONE
                | log: group g v3 consumer/null generation=2 leader=null []
                delete-offsets t-0
                | delete-offsets NONE NONE
                | log: offset g t-0 deleted
                fetch
                | fetch NONE
                """);
    }

    @Test
    void offsetsOfOtherKindsOfGroupsAreDeletedFromEmptyGroups() {
        check("""
                topic t
                join a v=3 type=connect metadata=m
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=connect/range members=[a#1:m]
                sync a a=x
                | a: sync connect/range assignment=x
                | log: group g v3 connect/range generation=1 leader=a#1 [a#1=x]
                delete-offsets t-0
                | delete-offsets NON_EMPTY_GROUP
                leave a
                | leave NONE a#1=NONE
                | log: group g v3 connect/null generation=2 leader=null []
                delete-offsets t-0
                | delete-offsets NONE NONE
                """);
    }

    @Test
    void aDeletedTopicTakesItsOffsetsAlong() {
        check("""
                topic t
                topic u
                commit - t-0 1
                | -: commit t-0 NONE
                | log: offset g t-0 v4 1
                commit - u-0 2
                | -: commit u-0 NONE
                | log: offset g u-0 v4 2
                txn-commit - t-0 3 pid=1
                | -: txn-commit t-0 NONE
                | log: offset g t-0 v4 3
                delete-topic t
                | log: offset g t-0 deleted
                fetch
                | fetch NONE u-0=2
                end-txn commit pid=1
                fetch
                | fetch NONE u-0=2
                """);
    }

    @Test
    void offsetsOfAnEmptyGroupExpire() {
        check("""
                topic t
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                commit a t-0 1
                | a: commit t-0 NONE
                | log: offset g t-0 v4 1
                leave a
                | leave NONE a#1=NONE
                | log: group g v3 consumer/null generation=2 leader=null []
                advance 604000000
                fetch
                | fetch NONE t-0=1
                advance 1400000
                | log: group g deleted
                | log: offset g t-0 deleted
                fetch
                | fetch NONE
                list
                | list NONE
                """);
    }

    @Test
    void offsetsWithoutMembersExpireSinceTheirCommit() {
        check("""
                topic t
                topic u
                commit - t-0 1
                | -: commit t-0 NONE
                | log: offset g t-0 v4 1
                advance 300000000
                commit - u-0 2
                | -: commit u-0 NONE
                | log: offset g u-0 v4 2
                advance 306000000
                | log: offset g t-0 deleted
                fetch
                | fetch NONE u-0=2
                list
                | list NONE g//Empty/classic
                advance 301000000
                | log: group g deleted
                | log: offset g u-0 deleted
                list
                | list NONE
                """);
    }

    @Test
    void theCommitterMaySayWhenAnOffsetExpires() {
        check("""
                topic t
                commit - t-0 1 v=4 retention=1000000
                | -: commit t-0 NONE
                | log: offset g t-0 v1 1
                advance 600000
                fetch
                | fetch NONE t-0=1
                advance 600000
                | log: group g deleted
                | log: offset g t-0 deleted
                fetch
                | fetch NONE
                """);
    }

    @Test
    void offsetsWithoutSubscribersExpire() {
        var shortLived = Map.of("offsets.retention.minutes", "20", "offsets.retention.check.interval.ms", "600000");
        check(shortLived, """
                topic t
                topic u
                join a v=3 session=1800000 topics=t
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                commit a t-0 1
                | a: commit t-0 NONE
                | log: offset g t-0 v4 1
                commit a u-0 1
                | a: commit u-0 NONE
                | log: offset g u-0 v4 1
                restart
                advance 1200000
                | log: offset g u-0 deleted
                heartbeat a
                | a: heartbeat NONE
                fetch
                | fetch NONE t-0=1
                """);
    }

    @Test
    void metadataHasALimit() {
        check(Map.of("offset.metadata.max.bytes", "3"), """
                topic t
                commit - t-0 1 metadata=abc
                | -: commit t-0 NONE
                | log: offset g t-0 v4 1"abc"
                commit - t-0 2 metadata=abcd
                | -: commit t-0 OFFSET_METADATA_TOO_LARGE
                """);
    }

    @Test
    void aGroupWithMembersIsNotDeleted() {
        check("""
                topic t
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                commit a t-0 1
                | a: commit t-0 NONE
                | log: offset g t-0 v4 1
                delete
                | delete g NON_EMPTY_GROUP
                delete group=other
                | delete other GROUP_ID_NOT_FOUND
                leave a
                | leave NONE a#1=NONE
                | log: group g v3 consumer/null generation=2 leader=null []
                delete
                | delete g NONE
                | log: group g deleted
                | log: offset g t-0 deleted
                list
                | list NONE
                fetch
                | fetch NONE
                describe
                | describe GROUP_ID_NOT_FOUND "Group g not found." Dead / []
                """);
    }

    @Test
    void groupsAreListedByStateAndType() {
        check("""
                topic t
                commit - t-0 1 group=simple
                | -: commit t-0 NONE
                | log: offset simple t-0 v4 1
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                list states=Stable,preparingrebalance
                | list NONE g/consumer/PreparingRebalance/classic
                list states=empty types=CLASSIC
                | list NONE simple//Empty/classic
                list types=consumer
                | list NONE
                """);
    }
}
