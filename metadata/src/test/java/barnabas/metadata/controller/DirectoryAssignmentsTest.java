package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.image.MetadataVersion;
import org.junit.jupiter.api.Test;

/// Directories of replicas, and the end of one (KIP-858).
class DirectoryAssignmentsTest {
    private static ControllerScript threeBrokers() {
        var script = new ControllerScript();
        script.run("register 1 dirs=ab\nregister 2 dirs=ab\nregister 3 dirs=ab\nunfence 1\nunfence 2\nunfence 3");
        return script;
    }

    private static void check(ControllerScript script, String transcript) {
        assertThat(script.run(transcript)).isEqualTo(transcript);
    }

    @Test
    void aFailedDirectoryTakesLeadershipsAndPlacesInSyncWithIt() {
        check(threeBrokers(), """
                create t assigned 1,2,3
                | t: NONE, 1 partitions, replication factor 3
                create other assigned 1,2,3
                | other: NONE, 1 partitions, replication factor 3
                assign 1 a t
                | NONE
                assign 1 b other
                | NONE
                offline 1 a
                | NONE
                show t
                | 0: replicas [1, 2, 3] isr [2, 3] leader 2 epoch 1
                show other
                | 0: replicas [1, 2, 3] isr [1, 2, 3] leader 1 epoch 0
                broker 1
                | directories [AAAAAAAAAGUAAAAAAAAAAg] cordoned []
                balance
                | moved 0
                offline 2 a
                | NONE
                show t
                | 0: replicas [1, 2, 3] isr [2, 3] leader 2 epoch 1
                """);
    }

    @Test
    void aReplicaInAFailedDirectoryDoesNotLeadWhenItsBrokerIsTheLastOne() {
        check(threeBrokers(), """
                create t assigned 1
                | t: NONE, 1 partitions, replication factor 1
                assign 1 a t
                | NONE
                offline 1 a
                | NONE
                show t
                | 0: replicas [1] isr [] leader -1 epoch 1 eligible [1] last [1]
                fence 1
                | NONE, fenced
                unfence 1
                | NONE
                show t
                | 0: replicas [1] isr [] leader -1 epoch 1 eligible [1] last [1]
                assign 1 b t
                | NONE
                show t
                | 0: replicas [1] isr [1] leader 1 epoch 2
                """);
    }

    @Test
    void aReplicaThatIsAssignedToAFailedDirectoryLeavesWithIt() {
        check(threeBrokers(), """
                create t assigned 1,2
                | t: NONE, 1 partitions, replication factor 2
                offline 1 b
                | NONE
                show t
                | 0: replicas [1, 2] isr [1, 2] leader 1 epoch 0
                assign 1 b t
                | NONE
                show t
                | 0: replicas [1, 2] isr [2] leader 2 epoch 1
                assign 1 b t
                | NONE
                show t
                | 0: replicas [1, 2] isr [2] leader 2 epoch 1
                """);
    }

    /// Seed 928 of the simulation: a leader took a replica in a full directory in again. When the other replicas were
    /// gone, nobody was left who could lead.
    @Test
    void aReplicaInAFailedDirectoryDoesNotJoin() {
        check(threeBrokers(), """
                create t assigned 1,2,3
                | t: NONE, 1 partitions, replication factor 3
                offline 1 b
                | NONE
                assign 1 b t
                | NONE
                show t
                | 0: replicas [1, 2, 3] isr [2, 3] leader 2 epoch 1
                isr 2 t 0 1,2,3
                | INELIGIBLE_REPLICA
                isr 2 t 0 2
                | isr [2] leader 2 epoch 1
                assign 1 a t
                | NONE
                isr 2 t 0 1,2,3
                | isr [1, 2, 3] leader 2 epoch 1
                """);
    }

    @Test
    void aBrokerThatComesBackWithItsDirectoryLeadsAgain() {
        check(threeBrokers(), """
                create t assigned 1
                | t: NONE, 1 partitions, replication factor 1
                assign 1 a t
                | NONE
                offline 1 a
                | NONE
                shutdown 1
                | NONE, fenced, shut down
                register 1 dirs=ab clean
                | NONE
                unfence 1
                | NONE
                show t
                | 0: replicas [1] isr [1] leader 1 epoch 2
                """);
    }

    @Test
    void aFenceEndsAfterTheReportOfAFailure() {
        check(threeBrokers(), """
                create t assigned 1
                | t: NONE, 1 partitions, replication factor 1
                assign 1 a t
                | NONE
                fence 1
                | NONE, fenced
                offline 1 a
                | NONE, fenced
                offline 1 a
                | NONE
                show t
                | 0: replicas [1] isr [] leader -1 epoch 1 eligible [1] last [1]
                """);
    }

    @Test
    void assignmentsAreRefusedOneByOne() {
        check(threeBrokers(), """
                create t assigned 1,2
                | t: NONE, 1 partitions, replication factor 2
                assign 3 a t
                | NOT_LEADER_OR_FOLLOWER
                assign 1 a unknown
                | UNKNOWN_TOPIC_ID
                assign 1 a t earlier
                | STALE_BROKER_EPOCH
                """);
    }

    @Test
    void directoriesAreNotAssignedBeforeTheVersionThatRecordsThem() {
        var script = new ControllerScript(MetadataVersion.of((short) 16));
        check(script, """
                register 1
                | NONE
                unfence 1
                | NONE
                create t 1 1
                | t: NONE, 1 partitions, replication factor 1
                assign 1 a t
                | UNSUPPORTED_VERSION
                """);
    }
}
