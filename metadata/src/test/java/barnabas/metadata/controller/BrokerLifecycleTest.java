package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Brokers that are silent, end or leave.
class BrokerLifecycleTest {
    private static ControllerScript threeBrokers() {
        var script = new ControllerScript();
        script.run("register 1\nregister 2\nregister 3\nunfence 1\nunfence 2\nunfence 3");
        return script;
    }

    private static void check(ControllerScript script, String transcript) {
        assertThat(script.run(transcript)).isEqualTo(transcript);
    }

    @Test
    void silentBrokersAreFenced() {
        check(threeBrokers(), """
                create t assigned 2,3
                | t: NONE, 1 partitions, replication factor 2
                advance 8000
                unfence 1
                | NONE
                unfence 3
                | NONE
                expire
                | fenced []
                advance 1000
                expire
                | fenced [2]
                expire
                | fenced []
                show t
                | 0: replicas [2, 3] isr [3] leader 3 epoch 1
                """);
    }

    /// A heartbeat from before the stop may be late, or come twice.
    @Test
    void brokersThatStopStayFencedUntilTheyRegisterAgain() {
        check(threeBrokers(), """
                create t assigned 2
                | t: NONE, 1 partitions, replication factor 1
                shutdown 2
                | NONE, fenced, shut down
                unfence 2
                | NONE, fenced
                show t
                | 0: replicas [2] isr [] leader -1 epoch 1 eligible [2] last [2]
                register 2 again
                | NONE
                unfence 2
                | NONE, fenced
                register 2 clean
                | NONE
                unfence 2
                | NONE
                show t
                | 0: replicas [2] isr [2] leader 2 epoch 2
                """);
    }

    /// Its log is empty: as a last known leader it would have the others delete theirs.
    @Test
    void aLeaderWithAnotherDiskIsNoLastKnownLeader() {
        check(threeBrokers(), """
                create t assigned 2,3,1
                | t: NONE, 1 partitions, replication factor 3
                set topic/t min.insync.replicas=2
                | NONE
                fence 1
                | NONE, fenced
                fence 3
                | NONE, fenced
                show t
                | 0: replicas [2, 3, 1] isr [2] leader 2 epoch 0 eligible [3]
                advance 9000
                register 2 dirs=b
                | NONE
                show t
                | 0: replicas [2, 3, 1] isr [] leader -1 epoch 1 eligible [3]
                register 3
                | NONE
                show t
                | 0: replicas [2, 3, 1] isr [] leader -1 epoch 1 last [3]
                unfence 1
                | NONE
                unfence 2
                | NONE
                show t
                | 0: replicas [2, 3, 1] isr [] leader -1 epoch 1 last [3]
                unfence 3
                | NONE
                show t
                | 0: replicas [2, 3, 1] isr [3] leader 3 epoch 2 recovering
                """);
    }

    @Test
    void aLastKnownLeaderThatComesBackWithAnotherDiskLeadsNoMore() {
        check(threeBrokers(), """
                create t assigned 2,3
                | t: NONE, 1 partitions, replication factor 2
                fence 3
                | NONE, fenced
                fence 2
                | NONE, fenced
                show t
                | 0: replicas [2, 3] isr [] leader -1 epoch 1 eligible [2] last [2]
                advance 9000
                register 2 dirs=b
                | NONE
                unfence 2
                | NONE
                show t
                | 0: replicas [2, 3] isr [] leader -1 epoch 1
                unfence 3
                | NONE
                elect unclean t 0
                | NONE
                """);
    }

    /// After an orderly stop, too: an empty log in the place of what was there would lead.
    @Test
    void aReplicaInADirectoryThatIsMissingIsNotEligible() {
        check(threeBrokers(), """
                register 2 dirs=ab
                | DUPLICATE_BROKER_REGISTRATION
                advance 9000
                register 2 dirs=ab
                | NONE
                unfence 2
                | NONE
                unfence 3
                | NONE
                create t assigned 2,3
                | t: NONE, 1 partitions, replication factor 2
                set topic/t min.insync.replicas=2
                | NONE
                assign 2 a t
                | NONE
                fence 2
                | NONE, fenced
                show t
                | 0: replicas [2, 3] isr [3] leader 3 epoch 1 eligible [2]
                advance 9000
                register 2 clean dirs=ab
                | NONE
                show t
                | 0: replicas [2, 3] isr [3] leader 3 epoch 1 eligible [2]
                advance 9000
                register 2 clean dirs=b
                | NONE
                show t
                | 0: replicas [2, 3] isr [3] leader 3 epoch 1
                """);
    }

    @Test
    void brokersWhoseProcessEndedAreFencedBeforeTheirSessionIsOver() {
        check(threeBrokers(), """
                create t assigned 2,3
                | t: NONE, 1 partitions, replication factor 2
                advance 100
                unfence 3
                | NONE
                silent 0
                | silent [2, 3]
                silent 50
                | silent [2]
                ended 3 50
                | left as it is
                ended 2 50 earlier
                | left as it is
                ended 77 0
                | left as it is
                ended 2 50
                | fenced
                ended 2 50
                | left as it is
                silent 0
                | silent [3]
                show t
                | 0: replicas [2, 3] isr [3] leader 3 epoch 1
                register 2
                | NONE
                unfence 2
                | NONE
                advance 8000
                ended 2 8000
                | fenced
                """);
    }

    @Test
    void leadershipsGoBackToPreferredReplicasThatAreInSync() {
        check(threeBrokers(), """
                create t assigned 2,3 3,2 1,2
                | t: NONE, 3 partitions, replication factor 2
                balance
                | moved 0
                fence 2
                | NONE, fenced
                unfence 2
                | NONE
                balance
                | moved 0
                isr 3 t 0 3,2
                | isr [3, 2] leader 3 epoch 1
                balance
                | moved 1
                show t
                | 0: replicas [2, 3] isr [3, 2] leader 2 epoch 2
                | 1: replicas [3, 2] isr [3] leader 3 epoch 0
                | 2: replicas [1, 2] isr [1] leader 1 epoch 0
                balance
                | moved 0
                """);
    }

    @Test
    void aBrokerThatLeavesForGoodIsForgotten() {
        check(threeBrokers(), """
                create t assigned 2,3
                | t: NONE, 1 partitions, replication factor 2
                unregister 77
                | BROKER_ID_NOT_REGISTERED Broker ID 77 is not currently registered
                unregister 2
                | NONE
                show t
                | 0: replicas [2, 3] isr [3] leader 3 epoch 1
                """);
    }
}
