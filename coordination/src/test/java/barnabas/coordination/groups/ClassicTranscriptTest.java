package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Classic groups, step by step. The transcripts were compared with what Apache Kafka 4.4 answers.
class ClassicTranscriptTest {
    private static void check(String transcript) {
        check(Map.of(), transcript);
    }

    private static void check(Map<String, String> properties, String transcript) {
        assertThat(new GroupScript(new OurDriver(TestConfigs.of(properties))).run(transcript))
                .isEqualTo(transcript);
    }

    @Test
    void membersMeetAndTheLeaderAssigns() {
        check("""
                join a
                | a: join MEMBER_ID_REQUIRED member=a#1
                | log: group g v3 /null generation=0 leader=null []
                join a
                join b
                | b: join MEMBER_ID_REQUIRED member=b#1
                join b
                advance 3000
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync b
                sync a a=x b=y
                | a: sync consumer/range assignment=x
                | b: sync consumer/range assignment=y
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x b#1=y]
                heartbeat a
                | a: heartbeat NONE
                describe
                | describe NONE Stable consumer/range [a#1 a/127.0.0.1 t=x, b#1 b/127.0.0.1 t=y]
                list
                | list NONE g/consumer/Stable/classic
                """);
    }

    @Test
    void theInitialWaitIsExtendedAsLongAsMembersArrive() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 2000
                join b v=3
                advance 1000
                advance 2999
                advance 1
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                """);
    }

    @Test
    void theInitialWaitEndsWithTheRebalanceTimeout() {
        check("""
                join a v=3 rebalance=5000
                | log: group g v3 /null generation=0 leader=null []
                advance 2000
                join b v=3 rebalance=5000
                advance 1000
                join c v=3 rebalance=5000
                advance 2000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t c#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                | c: join generation=1 member=c#1 leader=a#1 protocol=consumer/range members=[]
                """);
    }

    @Test
    void aNewMemberMakesTheOthersJoinAgain() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                join b v=3
                heartbeat a
                | a: heartbeat REBALANCE_IN_PROGRESS
                topic t
                commit a t-0 1
                | a: commit t-0 NONE
                | log: offset g t-0 v4 1
                join a
                | a: join generation=2 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=2 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync b
                heartbeat b
                | b: heartbeat NONE
                commit b t-0 1
                | b: commit t-0 REBALANCE_IN_PROGRESS
                sync a a=x1 b=y1
                | a: sync consumer/range assignment=x1
                | b: sync consumer/range assignment=y1
                | log: group g v3 consumer/range generation=2 leader=a#1 [a#1=x1 b#1=y1]
                heartbeat b
                | b: heartbeat NONE
                """);
    }

    @Test
    void aFollowerThatComesBackUnchangedKeepsTheGeneration() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                join b v=3
                advance 6000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync a a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x b#1=y]
                sync b
                | b: sync consumer/range assignment=y
                join b
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync b
                | b: sync consumer/range assignment=y
                join b topics=t,u
                join a
                | a: join generation=2 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t,u]
                | b: join generation=2 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync a a=x1 b=y1
                | a: sync consumer/range assignment=x1
                | log: group g v3 consumer/range generation=2 leader=a#1 [a#1=x1 b#1=y1]
                sync b
                | b: sync consumer/range assignment=y1
                join a
                heartbeat b
                | b: heartbeat REBALANCE_IN_PROGRESS
                """);
    }

    @Test
    void memberThatDoesNotJoinAgainIsRemoved() {
        check("""
                join a v=3 session=30000 rebalance=10000
                | log: group g v3 /null generation=0 leader=null []
                join b v=3 session=30000 rebalance=10000
                advance 6000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync a a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x b#1=y]
                sync b
                | b: sync consumer/range assignment=y
                join c v=3 session=30000 rebalance=10000
                join a session=30000 rebalance=10000
                advance 9999
                advance 1
                | a: join generation=2 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t c#1:t]
                | c: join generation=2 member=c#1 leader=a#1 protocol=consumer/range members=[]
                heartbeat b
                | b: heartbeat UNKNOWN_MEMBER_ID
                """);
    }

    @Test
    void aSilentMemberIsLeftOut() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                join b v=3
                advance 6000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync a a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x b#1=y]
                sync b
                | b: sync consumer/range assignment=y
                advance 5000
                heartbeat a
                | a: heartbeat NONE
                advance 5000
                heartbeat a
                | a: heartbeat REBALANCE_IN_PROGRESS
                join a
                | a: join generation=2 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                describe
                | describe NONE CompletingRebalance consumer/ [a#1 a/127.0.0.1 =x]
                """);
    }

    @Test
    void anIdThatWasHandedOutExpires() {
        check("""
                join a session=6000
                | a: join MEMBER_ID_REQUIRED member=a#1
                | log: group g v3 /null generation=0 leader=null []
                advance 5999
                list
                | list NONE g//Empty/classic
                advance 1
                join a
                | a: join UNKNOWN_MEMBER_ID member=a#1
                """);
    }

    @Test
    void memberThatJoinsAndDoesNotSyncIsRemoved() {
        check("""
                join a v=3 session=30000 rebalance=10000
                | log: group g v3 /null generation=0 leader=null []
                join b v=3 session=30000 rebalance=10000
                advance 6000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync a a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x b#1=y]
                advance 9999
                heartbeat a
                | a: heartbeat NONE
                advance 1
                heartbeat a
                | a: heartbeat REBALANCE_IN_PROGRESS
                join a
                | a: join generation=2 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                """);
    }

    @Test
    void aRestartedStaticMemberKeepsItsPlace() {
        check("""
                join a instance=ia
                | log: group g v3 /null generation=0 leader=null []
                join b instance=ib
                advance 6000
                | a: join generation=1 member=ia#1 leader=ia#1 protocol=consumer/range members=[ia#1/ia:t ib#1/ib:t]
                | b: join generation=1 member=ib#1 leader=ia#1 protocol=consumer/range members=[]
                sync a instance=ia a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=ia#1 [ia#1/ia=x ib#1/ib=y]
                sync b instance=ib
                | b: sync consumer/range assignment=y
                join b instance=ib member=
                | b: join generation=1 member=ib#2 leader=ia#1 protocol=consumer/range members=[]
                | log: group g v3 consumer/range generation=1 leader=ia#1 [ia#1/ia=x ib#2/ib=y]
                sync b instance=ib
                | b: sync consumer/range assignment=y
                heartbeat a instance=ia
                | a: heartbeat NONE
                heartbeat b instance=ib member=ib#1
                | b: heartbeat FENCED_INSTANCE_ID
                leave b instance=ib member=ib#1
                | leave NONE ib#1/ib=FENCED_INSTANCE_ID
                """);
    }

    @Test
    void aRestartedStaticLeaderSkipsTheAssignment() {
        check("""
                join a instance=ia
                | log: group g v3 /null generation=0 leader=null []
                join b instance=ib
                advance 6000
                | a: join generation=1 member=ia#1 leader=ia#1 protocol=consumer/range members=[ia#1/ia:t ib#1/ib:t]
                | b: join generation=1 member=ib#1 leader=ia#1 protocol=consumer/range members=[]
                sync a instance=ia a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=ia#1 [ia#1/ia=x ib#1/ib=y]
                sync b instance=ib
                | b: sync consumer/range assignment=y
                join a instance=ia member=
                | a: join generation=1 member=ia#2 leader=ia#2 protocol=consumer/range skip members=[ia#2/ia:t ib#1/ib:t]
                | log: group g v3 consumer/range generation=1 leader=ia#2 [ia#2/ia=x ib#1/ib=y]
                sync a instance=ia
                | a: sync consumer/range assignment=x
                join a instance=ia member= v=8
                | a: join generation=1 member=ia#3 leader=ia#2 protocol=consumer/range members=[]
                | log: group g v3 consumer/range generation=1 leader=ia#3 [ia#3/ia=x ib#1/ib=y]
                """);
    }

    @Test
    void aRestartedStaticMemberThatChangesTheProtocolRebalances() {
        check("""
                join a instance=ia protocols=range,rr
                | log: group g v3 /null generation=0 leader=null []
                join b instance=ib protocols=range,rr
                advance 6000
                | a: join generation=1 member=ia#1 leader=ia#1 protocol=consumer/range members=[ia#1/ia:t ib#1/ib:t]
                | b: join generation=1 member=ib#1 leader=ia#1 protocol=consumer/range members=[]
                sync a instance=ia a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=ia#1 [ia#1/ia=x ib#1/ib=y]
                sync b instance=ib
                | b: sync consumer/range assignment=y
                join b instance=ib member= protocols=rr
                heartbeat a instance=ia
                | a: heartbeat REBALANCE_IN_PROGRESS
                join a instance=ia protocols=range,rr
                | a: join generation=2 member=ia#1 leader=ia#1 protocol=consumer/rr members=[ia#1/ia:t ib#2/ib:t]
                | b: join generation=2 member=ib#2 leader=ia#1 protocol=consumer/rr members=[]
                """);
    }

    @Test
    void aStaticMemberIsFencedWhileItWaits() {
        check("""
                join a instance=ia
                | log: group g v3 /null generation=0 leader=null []
                join b instance=ib
                join b instance=ib member=
                advance 6000
                | a: join generation=1 member=ia#1 leader=ia#1 protocol=consumer/range members=[ia#1/ia:t ib#1/ib:t]
                | b: join generation=1 member=ib#1 leader=ia#1 protocol=consumer/range members=[]
                sync b instance=ib member=ib#1
                """);
    }

    @Test
    void theReplacementOfAStaticMemberIsTakenBackWhenItCannotBeStored() {
        check("""
                join a instance=ia
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=ia#1 leader=ia#1 protocol=consumer/range members=[ia#1/ia:t]
                sync a instance=ia a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=ia#1 [ia#1/ia=x]
                fail NOT_ENOUGH_REPLICAS
                join a instance=ia member=
                | a: join COORDINATOR_NOT_AVAILABLE member=
                heartbeat a instance=ia
                | a: heartbeat NONE
                join a instance=ia member=
                | a: join generation=1 member=ia#2 leader=ia#2 protocol=consumer/range skip members=[ia#2/ia:t]
                | log: group g v3 consumer/range generation=1 leader=ia#2 [ia#2/ia=x]
                """);
    }

    @Test
    void anAdministratorRemovesByInstance() {
        check("""
                join a instance=ia
                | log: group g v3 /null generation=0 leader=null []
                join b instance=ib
                advance 6000
                | a: join generation=1 member=ia#1 leader=ia#1 protocol=consumer/range members=[ia#1/ia:t ib#1/ib:t]
                | b: join generation=1 member=ib#1 leader=ia#1 protocol=consumer/range members=[]
                sync a instance=ia a=x b=y
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=ia#1 [ia#1/ia=x ib#1/ib=y]
                leave instance=ib
                | leave NONE /ib=NONE
                leave instance=nobody
                | leave NONE /nobody=UNKNOWN_MEMBER_ID
                heartbeat a instance=ia
                | a: heartbeat REBALANCE_IN_PROGRESS
                """);
    }

    @Test
    void theProtocolIsVotedFor() {
        check("""
                join a v=3 protocols=range,rr,sticky
                | log: group g v3 /null generation=0 leader=null []
                join b v=3 protocols=sticky,range
                join c v=3 protocols=sticky,range
                advance 9000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/sticky members=[a#1:t b#1:t c#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/sticky members=[]
                | c: join generation=1 member=c#1 leader=a#1 protocol=consumer/sticky members=[]
                """);
    }

    @Test
    void withoutACommonProtocolThereIsNoWayIn() {
        check("""
                join a v=3 protocols=range
                | log: group g v3 /null generation=0 leader=null []
                join b v=3 protocols=rr
                | b: join INCONSISTENT_GROUP_PROTOCOL member=
                join b v=3 protocols=range type=connect
                | b: join INCONSISTENT_GROUP_PROTOCOL member=
                join b v=3 protocols=
                | b: join INCONSISTENT_GROUP_PROTOCOL member=
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a type=connect a=x
                | a: sync INCONSISTENT_GROUP_PROTOCOL
                sync a protocol=rr a=x
                | a: sync INCONSISTENT_GROUP_PROTOCOL
                sync a type=consumer protocol=range a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                """);
    }

    @Test
    void anAssignmentThatCannotBeStoredStartsOver() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                join b v=3
                advance 6000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t b#1:t]
                | b: join generation=1 member=b#1 leader=a#1 protocol=consumer/range members=[]
                sync b
                fail MESSAGE_TOO_LARGE
                sync a a=x b=y
                | a: sync UNKNOWN_SERVER_ERROR
                | b: sync UNKNOWN_SERVER_ERROR
                heartbeat a
                | a: heartbeat REBALANCE_IN_PROGRESS
                """);
    }

    @Test
    void aGroupSurvivesAMoveOfItsCoordinator() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                join b instance=ib
                advance 6000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t ib#1/ib:t]
                | b: join generation=1 member=ib#1 leader=a#1 protocol=consumer/range members=[]
                sync b instance=ib
                sync a a=x b=y
                | a: sync consumer/range assignment=x
                | b: sync consumer/range assignment=y
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x ib#1/ib=y]
                restart
                heartbeat a
                | a: heartbeat NONE
                sync b instance=ib
                | b: sync consumer/range assignment=y
                advance 9999
                heartbeat a
                | a: heartbeat NONE
                advance 1
                heartbeat a
                | a: heartbeat REBALANCE_IN_PROGRESS
                """);
    }

    @Test
    void aRebalanceThatAMoveCutsShortStartsOver() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                join b v=3
                restart
                | b: join NOT_COORDINATOR member=b#1
                heartbeat a
                | a: heartbeat NONE
                describe
                | describe NONE Stable consumer/range [a#1 a/127.0.0.1 t=x]
                """);
    }

    @Test
    void theLastOneLeaves() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                leave a
                | leave NONE a#1=NONE
                | log: group g v3 consumer/null generation=2 leader=null []
                list
                | list NONE g/consumer/Empty/classic
                heartbeat a
                | a: heartbeat UNKNOWN_MEMBER_ID
                topic t
                commit - t-0 5
                | -: commit t-0 NONE
                | log: offset g t-0 v4 5
                join a v=3
                | a: join UNKNOWN_MEMBER_ID member=a#1
                advance 3000
                """);
    }

    @Test
    void staleAndUnknown() {
        check("""
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x generation=7
                | a: sync ILLEGAL_GENERATION
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                heartbeat a generation=0
                | a: heartbeat ILLEGAL_GENERATION
                heartbeat nobody generation=1
                | nobody: heartbeat UNKNOWN_MEMBER_ID
                leave nobody
                | leave NONE =UNKNOWN_MEMBER_ID
                join a member=nobody
                | a: join UNKNOWN_MEMBER_ID member=nobody
                """);
    }

    @Test
    void fullGroupRefusesMembers() {
        check(Map.of("group.max.size", "1"), """
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                join b v=3
                | b: join GROUP_MAX_SIZE_REACHED member=
                advance 3000
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                sync a a=x
                | a: sync consumer/range assignment=x
                | log: group g v3 consumer/range generation=1 leader=a#1 [a#1=x]
                join b v=3
                | b: join GROUP_MAX_SIZE_REACHED member=
                join a
                | a: join generation=2 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                """);
    }

    @Test
    void withoutAnInitialWaitTheFirstMemberIsAlone() {
        check(Map.of("group.initial.rebalance.delay.ms", "0"), """
                join a v=3
                | log: group g v3 /null generation=0 leader=null []
                advance 0
                | a: join generation=1 member=a#1 leader=a#1 protocol=consumer/range members=[a#1:t]
                """);
    }
}
