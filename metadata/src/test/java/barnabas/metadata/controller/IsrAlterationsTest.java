package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// AlterPartition: leaders change the in-sync replicas of their partitions.
class IsrAlterationsTest {
    private static final String THREE_BROKERS = """
            register 1
            | NONE
            register 2
            | NONE
            register 3
            | NONE
            unfence 1
            | NONE
            unfence 2
            | NONE
            unfence 3
            | NONE
            create t assigned 1,2,3
            | t: NONE, 1 partitions, replication factor 3
            """;

    private static void check(String script) {
        var controller = new ControllerScript();
        controller.run(THREE_BROKERS);
        assertThat(controller.run(script)).isEqualTo(script);
    }

    @Test
    void aLeaderShrinksAndGrowsItsIsr() {
        check("""
                isr 1 t 0 1,2
                | isr [1, 2] leader 1 epoch 0
                show t
                | 0: replicas [1, 2, 3] isr [1, 2] leader 1 epoch 0
                isr 1 t 0 1,2,3
                | isr [1, 2, 3] leader 1 epoch 0
                isr 1 t 0 1,2,3
                | isr [1, 2, 3] leader 1 epoch 0
                """);
    }

    @Test
    void otherEpochsAreRefused() {
        check("""
                isr 1 t 0 1,2
                | isr [1, 2] leader 1 epoch 0
                isr 1 t 0 1 partition-1
                | INVALID_UPDATE_VERSION
                isr 1 t 0 1 partition+1
                | NOT_CONTROLLER
                isr 1 t 0 1 leader-1
                | FENCED_LEADER_EPOCH
                isr 1 t 0 1 leader+1
                | NOT_CONTROLLER
                isr 1 t 0 1 broker-1
                | STALE_BROKER_EPOCH
                isr 2 t 0 1,2
                | INVALID_REQUEST
                show t
                | 0: replicas [1, 2, 3] isr [1, 2] leader 1 epoch 0
                """);
    }

    @Test
    void aLeaderStaysInItsIsr() {
        check("""
                isr 1 t 0 2,3
                | INVALID_REQUEST
                isr 1 t 0 1,1
                | INVALID_REQUEST
                """);
    }

    @Test
    void fencedBrokersAndEarlierRunsDoNotJoin() {
        check("""
                fence 3
                | NONE, fenced
                isr 1 t 0 1,2,3
                | INELIGIBLE_REPLICA
                unfence 3
                | NONE
                isr 1 t 0 1,2,3 run-1
                | INELIGIBLE_REPLICA
                isr 1 t 0 1,2,3
                | isr [1, 2, 3] leader 1 epoch 0
                """);
    }

    @Test
    void aReassignmentEndsWhenWhatItAddsIsInSync() {
        check("""
                create moves assigned 1,2
                | moves: NONE, 1 partitions, replication factor 2
                reassign moves 0 1,3
                | NONE
                reassignments
                | moves-0: [1, 3, 2], adding [3], removing [2]
                isr 1 moves 0 1,2,3
                | isr [1, 3] leader 1 epoch 0
                reassignments
                show moves
                | 0: replicas [1, 3] isr [1, 3] leader 1 epoch 0
                """);
    }
}
