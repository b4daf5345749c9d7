package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Decisions about a replica as transcripts: inputs, and the duties that follow.
class PartitionCoreTest {
    private static void check(String script) {
        check(1, script);
    }

    private static void check(int minInSyncReplicas, String script) {
        assertThat(PartitionTranscript.run(minInSyncReplicas, script)).isEqualTo(script);
    }

    @Test
    void aSoleReplicaCommitsAsItAppends() {
        check("""
                lead e0 isr 1 of 1                 => fence waits
                append 10                          => hw 10
                append 12                          => hw 12
                append 11
                """);
    }

    @Test
    void aDurableTopicCommitsWithItsDisk() {
        check("""
                lead e0 isr 1 of 1                 => fence waits
                append 10 durable 0
                append 20 durable 0
                durable 10                         => hw 10
                durable 20                         => hw 20
                durable 15
                """);
    }

    @Test
    void theSlowestInSyncReplicaHoldsTheHighWatermark() {
        check("""
                lead e1 isr 1 2 3 of 1 2 3         => fence waits
                append 10
                fetch 2 10
                fetch 3 4                          => hw 4
                fetch 3 10                         => hw 10
                """);
    }

    @Test
    void aReplicaThatDoesNotCatchUpLeavesTheIsr() {
        check("""
                lead e1 isr 1 2 3 of 1 2 3         => fence waits
                append 10
                fetch 2 10
                after 900
                fetch 2 10
                after 200                          => ask isr 1 2
                append 11
                fetch 2 11
                accept 1 2                         => hw 11
                """);
    }

    /// KIP-966: the controller may have accepted the change already, and elect the new member.
    @Test
    void aReplicaThatJoinsCountsBeforeTheAnswer() {
        check("""
                lead e1 isr 1 of 1 2               => fence waits
                append 10                          => hw 10
                fetch 2 10                         => ask isr 1 2
                append 20
                no-answer                          => ask isr 1 2
                after 5000
                fetch 2 15                         => hw 15
                accept 1 2
                fetch 2 20                         => hw 20
                """);
    }

    /// The controller takes its broker for stopped.
    @Test
    void aRefusedReplicaIsNotWaitedFor() {
        check("""
                lead e1 isr 1 of 1 2               => fence waits
                append 10                          => hw 10
                fetch 2 10                         => ask isr 1 2
                append 15
                refuse                             => hw 15
                append 20                          => hw 20
                """);
    }

    /// In a controlled shutdown a broker fetches on after it has left the ISR; its last fetch must not hold appends.
    @Test
    void aReplicaWhoseBrokerShutsDownIsNotWaitedFor() {
        check("""
                lead e1 isr 1 2 3 of 1 2 3         => fence waits
                append 10
                fetch 2 10
                fetch 3 10                         => hw 10
                lead e1 isr 1 2 of 1 2 3
                fetch 3 10 ineligible
                append 20
                fetch 2 20                         => hw 20
                """);
    }

    /// Between two fetches its broker was fenced, while another change was asked for.
    @Test
    void aReplicaWhoseBrokerStoppedBeforeItJoinedIsNotWaitedFor() {
        check("""
                lead e1 isr 1 of 1 2 3             => fence waits
                append 10                          => hw 10
                fetch 2 10                         => ask isr 1 2
                fetch 3 10
                append 20
                fetch 2 20
                stopped 3                          => hw 20
                stopped 2
                append 30
                accept 1 2
                fetch 2 30                         => hw 30
                """);
    }

    @Test
    void afterAnOutdatedChangeTheImageDecides() {
        check("""
                lead e1 isr 1 of 1 2               => fence waits
                fetch 2 0                          => ask isr 1 2
                outdated
                append 5
                after 5000
                lead e1 isr 1 of 1 2               => hw 5
                """);
    }

    @Test
    void aReplicaBelowTheStartOfTheEpochDoesNotJoin() {
        check("""
                follow e1 2                        => fence waits
                copy 10
                leader-says 4                      => hw 4
                lead e2 isr 1 of 1 2               => hw 10, fence waits
                fetch 2 9
                fetch 2 10                         => ask isr 1 2
                """);
    }

    @Test
    void tooFewInSyncReplicasHoldTheHighWatermark() {
        check(2, """
                lead e1 isr 1 2 of 1 2             => fence waits
                append 10
                fetch 2 10                         => hw 10
                append 12
                after 1100                         => ask isr 1
                accept 1
                append 20
                fetch 2 20                         => ask isr 1 2
                accept 1 2                         => hw 20
                """);
        // no more can be asked for than there are replicas
        check(2, """
                lead e1 isr 1 of 1                 => fence waits
                append 10                          => hw 10
                """);
    }

    /// Its broker is gone: appends do not wait for `replica.lag.time.max.ms`.
    @Test
    void aReplicaThatTheImageTakesOutIsNotWaitedFor() {
        check("""
                lead e1 isr 1 2 of 1 2             => fence waits
                append 10
                fetch 2 10                         => hw 10
                append 20
                lead e1 isr 1 of 1 2               => hw 20
                append 30                          => hw 30
                fetch 2 30                         => ask isr 1 2
                append 40
                """);
    }

    @Test
    void aFollowerTakesTheLeadersHighWatermarkAndNeverGoesBack() {
        check("""
                follow e1 2                        => fence waits
                copy 10
                leader-says 8                      => hw 8
                leader-says 6
                leader-says 30                     => hw 10
                copy 20
                diverged 15                        => truncate to 15
                diverged 25
                """);
    }

    @Test
    void earlierEpochsChangeNothing() {
        check("""
                lead e3 isr 1 of 1                 => fence waits
                append 10                          => hw 10
                follow e2 2
                lead e2 isr 1 of 1
                idle e2
                late-append e2 20
                append 12                          => hw 12
                follow e4 2                        => fence waits
                late-append e3 20
                fetch 2 12
                idle e4                            => fence waits
                """);
    }

    @Test
    void oneEpochHasOneLeader() {
        var core = new PartitionCore(1, 0, 0, 0, 1, 1);
        core.lead(new PartitionState(1, 5, 0, List.of(1, 2), List.of(1)), 0);
        assertThatThrownBy(() -> core.follow(2, 5)).hasMessageContaining("two leaders");
        core.follow(2, 6);
        assertThatThrownBy(() -> core.lead(new PartitionState(1, 6, 0, List.of(1, 2), List.of(1)), 0))
                .hasMessageContaining("two leaders");
    }

    @Test
    void committedRecordsAreNotTruncated() {
        var core = new PartitionCore(1, 0, 0, 0, 1, 1);
        core.follow(2, 1);
        core.logEnds(10, 10);
        core.leaderHighWatermark(1, 8);
        assertThatThrownBy(() -> core.diverged(1, 7)).hasMessageContaining("high watermark");
    }

    @Test
    void aFencedFollowerDoesNotJoin() {
        check(2, """
                lead e1 isr 1 2 of 1 2 3           => fence waits
                append 10
                fetch 2 10                         => hw 10
                fetch 3 10 ineligible
                fetch 3 10                         => ask isr 1 2 3
                """);
    }

    @Test
    void anUncleanLeaderTakesBackWhatWasCommitted() {
        check(1, """
                follow e1 2                        => fence waits
                copy 10
                leader-says 8                      => hw 8
                follow e2 3                        => fence waits
                lost-to-leader 5                   => hw 5, truncate to 5
                """);
    }
}
