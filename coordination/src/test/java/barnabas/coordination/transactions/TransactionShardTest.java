package barnabas.coordination.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionShardTest {
    private static void transcript(String text) {
        assertThat(Script.replay(text)).isEqualTo(text);
    }

    @Test
    void everyTransactionHasItsOwnEpoch() {
        transcript("""
                init a                        => 1000/0
                add a 1000/0 t-0 t-1          => NONE
                add a 1000/0 t-1 u-0          => NONE
                state a                       => Ongoing 1000/0 [t-0, t-1, u-0]
                end a 1000/0 commit           => 1000/1
                state a                       => PrepareCommit 1000/1 [t-0, t-1, u-0]
                markers                       => commit 1000/1 t-0 t-1 u-0
                state a                       => CompleteCommit 1000/1
                add a 1000/0 t-0              => PRODUCER_FENCED
                add a 1000/1 t-0              => NONE
                end a 1000/1 abort            => 1000/2
                markers                       => abort 1000/2 t-0
                state a                       => CompleteAbort 1000/2
                """);
    }

    @Test
    void olderClientsKeepTheirEpoch() {
        transcript("""
                init a                        => 1000/0
                add-v0 a 1000/0 t-0           => NONE
                end-v0 a 1000/0 commit        => 1000/0
                end-v0 a 1000/0 commit        => CONCURRENT_TRANSACTIONS
                end-v0 a 1000/0 abort         => INVALID_TXN_STATE
                markers                       => commit 1000/0 t-0
                end-v0 a 1000/0 commit        => 1000/0
                end-v0 a 1000/0 abort         => INVALID_TXN_STATE
                state a                       => CompleteCommit 1000/0
                init a                        => 1000/1
                end-v0 a 1000/1 abort         => INVALID_TXN_STATE
                end-v0 a 1000/0 abort         => PRODUCER_FENCED
                end-v0 a 7/0 abort            => INVALID_PRODUCER_ID_MAPPING
                """);
    }

    @Test
    void nothingIsKnownOfAnUnknownTransactionalId() {
        transcript("""
                add a 1000/0 t-0              => INVALID_PRODUCER_ID_MAPPING
                end a 1000/0 commit           => INVALID_PRODUCER_ID_MAPPING
                end-v0 a 1000/0 commit        => INVALID_PRODUCER_ID_MAPPING
                verify a 1000/0 t-0           => t-0 INVALID_PRODUCER_ID_MAPPING
                state a                       => nothing
                """);
    }

    @Test
    void timeoutsHaveALimit() {
        transcript("""
                init a 0                      => INVALID_TRANSACTION_TIMEOUT
                init a -1                     => INVALID_TRANSACTION_TIMEOUT
                init a 900001                 => INVALID_TRANSACTION_TIMEOUT
                init a 900000                 => 1000/0
                """);
    }

    @Test
    void aNewProducerFencesTheOldOneAndAbortsWhatItHasOpen() {
        transcript("""
                init a                        => 1000/0
                add a 1000/0 t-0              => NONE
                init a                        => CONCURRENT_TRANSACTIONS
                state a                       => PrepareAbort 1000/1 [t-0]
                init a                        => CONCURRENT_TRANSACTIONS
                markers                       => abort 1000/1 t-0
                init a                        => 1000/2
                add a 1000/0 t-0              => PRODUCER_FENCED
                add a 1000/1 t-0              => PRODUCER_FENCED
                end a 1000/0 commit           => PRODUCER_FENCED
                add a 1000/2 t-0              => NONE
                """);
    }

    /// KIP-360
    @Test
    void aProducerGoesOnAfterItsOwnError() {
        transcript("""
                init a                        => 1000/0
                init a 60000 1000/0           => 1000/1
                # the answer was lost
                init a 60000 1000/0           => 1000/1
                init a 60000 1000/7           => PRODUCER_FENCED
                init a 60000 999/1            => PRODUCER_FENCED
                # somebody else took over
                init a                        => 1000/2
                init a 60000 1000/1           => PRODUCER_FENCED
                add a 1000/2 t-0              => NONE
                # a fenced one does not abort what another has open
                init a 60000 1000/1           => PRODUCER_FENCED
                state a                       => Ongoing 1000/2 [t-0]
                """);
    }

    @Test
    void anUnknownIdWithAnExpectedProducerStartsNew() {
        transcript("""
                init a 60000 5/3              => 1000/0
                """);
    }

    /// KAFKA-18660: what a client sees when the epochs of its id are used up.
    @Test
    void theLastEpochIsFollowedByANewProducerId() {
        transcript("""
                store a Ongoing 77/32766 t-0
                end a 77/32766 commit         => 1000/0
                state a                       => PrepareCommit 77/32767 [t-0]
                # the client goes on with its new id while markers of the old one are under way
                add a 1000/0 t-1              => CONCURRENT_TRANSACTIONS
                end a 77/32766 commit         => CONCURRENT_TRANSACTIONS
                restart
                add a 1000/0 t-1              => CONCURRENT_TRANSACTIONS
                markers                       => commit 77/32767 t-0
                state a                       => CompleteCommit 1000/0
                # the same request again
                end a 77/32766 commit         => 1000/0
                end a 77/32766 abort          => INVALID_TXN_STATE
                add a 77/32766 t-0            => INVALID_PRODUCER_ID_MAPPING
                add a 1000/0 t-1              => NONE
                end a 77/32766 commit         => PRODUCER_FENCED
                end a 1000/0 commit           => 1000/1
                """);
    }

    /// KAFKA-20090: the coordinator aborted the transaction of the last epoch; the client's own abort comes late.
    @Test
    void aTimedOutTransactionOfTheLastEpochGivesANewProducerId() {
        transcript("""
                store a Ongoing 77/32766 t-0
                tick 120000
                markers                       => abort 77/32767 t-0
                state a                       => CompleteAbort 77/32767
                end a 77/32766 commit         => PRODUCER_FENCED
                end a 77/32766 abort          => 1000/0
                state a                       => CompleteAbort 1000/0
                # the answer was lost
                end a 77/32766 abort          => 1000/0
                restart
                end a 77/32766 abort          => 1000/0
                add a 77/32766 t-0            => INVALID_PRODUCER_ID_MAPPING
                add a 1000/0 t-1              => NONE
                end a 1000/0 commit           => 1000/1
                """);
    }

    @Test
    void initProducerIdRotatesWhenEpochsAreUsedUp() {
        transcript("""
                store a CompleteCommit 77/32766
                init a                        => 1000/0
                store b CompleteCommit 78/32766
                init b 60000 78/32766         => 1001/0
                # the answer was lost
                init b 60000 78/32766         => 1001/0
                store c Ongoing 79/32766 t-0
                init c                        => CONCURRENT_TRANSACTIONS
                markers                       => abort 79/32767 t-0
                # the epoch that fenced is nobody's
                add c 79/32767 t-0            => PRODUCER_FENCED
                end c 79/32767 abort          => PRODUCER_FENCED
                init c                        => 1002/0
                """);
    }

    /// KAFKA-18464
    @Test
    void anEmptyTransactionIsAbortedWithoutFencingOneself() {
        transcript("""
                init a                        => 1000/0
                end a 1000/0 commit           => INVALID_TXN_STATE
                end a 1000/0 abort            => 1000/1
                end a 1000/1 abort            => CONCURRENT_TRANSACTIONS
                markers                       => abort 1000/1
                # again the first one, whose answer was lost
                end a 1000/0 abort            => 1000/1
                end a 1000/1 abort            => 1000/2
                markers                       => abort 1000/2
                add a 1000/2 t-0              => NONE
                end a 1000/2 commit           => 1000/3
                # an empty abort right behind a commit waits for it
                end a 1000/3 abort            => CONCURRENT_TRANSACTIONS
                markers                       => commit 1000/3 t-0
                end a 1000/3 commit           => INVALID_TXN_STATE
                end a 1000/3 abort            => 1000/4
                markers                       => abort 1000/4
                """);
    }

    @Test
    void anEndThatComesTwiceIsAnsweredTwice() {
        transcript("""
                init a                        => 1000/0
                add a 1000/0 t-0              => NONE
                end a 1000/0 commit           => 1000/1
                end a 1000/0 commit           => CONCURRENT_TRANSACTIONS
                markers                       => commit 1000/1 t-0
                end a 1000/0 commit           => 1000/1
                end a 1000/0 abort            => INVALID_TXN_STATE
                add a 1000/1 t-0              => NONE
                # delayed until the next transaction: does not touch it
                end a 1000/0 commit           => PRODUCER_FENCED
                end a 1000/0 abort            => PRODUCER_FENCED
                state a                       => Ongoing 1000/1 [t-0]
                """);
    }

    @Test
    void endOfAnOlderClientsTransactionFencesAnEarlierEpoch() {
        transcript("""
                init a                        => 1000/0
                init a                        => 1000/1
                add-v0 a 1000/1 t-0           => NONE
                end-v0 a 1000/1 commit        => 1000/1
                markers                       => commit 1000/1 t-0
                end a 1000/0 commit           => PRODUCER_FENCED
                """);
    }

    @Test
    void anOpenTransactionIsAbortedAfterItsTimeout() {
        transcript("""
                init a 20000                  => 1000/0
                add a 1000/0 t-0              => NONE
                tick 20000
                state a                       => Ongoing 1000/0 [t-0]
                tick 10000
                state a                       => PrepareAbort 1000/1 [t-0]
                markers                       => abort 1000/1 t-0
                state a                       => CompleteAbort 1000/1
                tick 100000
                state a                       => CompleteAbort 1000/1
                """);
    }

    /// The next sweep sees it for the first time, and its timeout begins there.
    @Test
    void anOpenTransactionIsAbortedThoughTheClockWasSetBack() {
        transcript("""
                init a 20000                  => 1000/0
                add a 1000/0 t-0              => NONE
                set-clock -999000
                tick 10000
                tick 20000
                state a                       => Ongoing 1000/0 [t-0]
                tick 10000
                state a                       => PrepareAbort 1000/1 [t-0]
                markers                       => abort 1000/1 t-0
                """);
    }

    @Test
    void timeoutsGoOnAfterARestart() {
        transcript("""
                init a 20000                  => 1000/0
                add-v0 a 1000/0 t-0           => NONE
                tick 15000
                restart
                tick 10000
                state a                       => PrepareAbort 1000/1 [t-0]
                # an older client is fenced as well
                end-v0 a 1000/0 commit        => PRODUCER_FENCED
                """);
    }

    /// KAFKA-20785
    @Test
    void aCommitThatRacesTheCoordinatorsAbortIsFenced() {
        transcript("""
                init a 20000                  => 1000/0
                add a 1000/0 t-0              => NONE
                tick 30000
                end a 1000/0 commit           => CONCURRENT_TRANSACTIONS
                markers                       => abort 1000/1 t-0
                end a 1000/0 commit           => PRODUCER_FENCED
                restart
                end a 1000/0 commit           => PRODUCER_FENCED
                end a 1000/0 abort            => 1000/1
                """);
    }

    @Test
    void markersAreTriedUntilAllPartitionsHaveThem() {
        transcript("""
                init a                        => 1000/0
                add a 1000/0 t-0 t-1 t-2      => NONE
                end a 1000/0 commit           => 1000/1
                markers t-1 t-2               => commit 1000/1 t-0
                markers
                state a                       => PrepareCommit 1000/1 [t-0, t-1, t-2]
                tick 20
                markers t-2                   => commit 1000/1 t-1
                tick 20
                markers
                tick 20
                markers                       => commit 1000/1 t-2
                state a                       => CompleteCommit 1000/1
                """);
    }

    @Test
    void aNewCoordinatorWritesTheMarkersOfADecisionAgain() {
        transcript("""
                init a                        => 1000/0
                add a 1000/0 t-0 t-1          => NONE
                end a 1000/0 abort            => 1000/1
                restart
                state a                       => PrepareAbort 1000/1 [t-0, t-1]
                markers                       => abort 1000/1 t-0 t-1
                state a                       => CompleteAbort 1000/1
                """);
    }

    @Test
    void failedAppendChangesNothing() {
        transcript("""
                fail NOT_ENOUGH_REPLICAS
                init a                        => COORDINATOR_NOT_AVAILABLE
                state a                       => nothing
                init a                        => 1001/0
                fail NOT_LEADER_OR_FOLLOWER
                add a 1001/0 t-0              => NOT_COORDINATOR
                state a                       => Empty 1001/0
                fail MESSAGE_TOO_LARGE
                add a 1001/0 t-0              => UNKNOWN_SERVER_ERROR
                add a 1001/0 t-0              => NONE
                fail REQUEST_TIMED_OUT
                end a 1001/0 commit           => COORDINATOR_NOT_AVAILABLE
                state a                       => Ongoing 1001/0 [t-0]
                end a 1001/0 commit           => 1001/1
                # the completion is tried again
                fail NOT_ENOUGH_REPLICAS
                markers                       => commit 1001/1 t-0
                state a                       => PrepareCommit 1001/1 [t-0]
                tick 20
                markers                       => commit 1001/1
                state a                       => CompleteCommit 1001/1
                """);
    }

    @Test
    void aProduceMayWaitForTheEndOfTheTransactionBefore() {
        transcript("""
                init a                        => 1000/0
                add a 1000/0 t-0              => NONE
                end a 1000/0 commit           => 1000/1
                add a 1000/1 t-0              => CONCURRENT_TRANSACTIONS
                add-waiting a 1000/1 t-0
                add-waiting a 1000/1 t-1
                add-waiting a 1000/0 t-1
                markers
                | commit 1000/1 t-0
                | added PRODUCER_FENCED
                | added NONE
                | added NONE
                state a                       => Ongoing 1000/1 [t-0, t-1]
                end a 1000/1 abort            => 1000/2
                add-waiting a 1000/2 t-0
                tick 99
                tick 1                        => added CONCURRENT_TRANSACTIONS
                markers                       => abort 1000/2 t-0 t-1
                state a                       => CompleteAbort 1000/2
                """);
    }

    @Test
    void partitionsAreVerifiedForOlderClients() {
        transcript("""
                init a                        => 1000/0
                verify a 1000/0 t-0           => t-0 TRANSACTION_ABORTABLE
                add-v0 a 1000/0 t-0           => NONE
                verify a 1000/0 t-0 t-1
                | t-0 NONE
                | t-1 TRANSACTION_ABORTABLE
                verify a 1000/1 t-0           => t-0 PRODUCER_FENCED
                verify a 9/0 t-0              => t-0 INVALID_PRODUCER_ID_MAPPING
                end-v0 a 1000/0 commit        => 1000/0
                verify a 1000/0 t-0           => t-0 CONCURRENT_TRANSACTIONS
                markers                       => commit 1000/0 t-0
                verify a 1000/0 t-0           => t-0 TRANSACTION_ABORTABLE
                """);
    }

    @Test
    void unusedTransactionalIdsAreForgotten() {
        transcript("""
                init a                        => 1000/0
                init b 900000                 => 1001/0
                tick 604000000
                add b 1001/0 t-0              => NONE
                tick 3600000
                markers                       => abort 1001/1 t-0
                state a                       => nothing
                state b                       => CompleteAbort 1001/1
                restart
                state a                       => nothing
                init a                        => 1002/0
                """);
    }

    @Test
    void listsAreFiltered() {
        transcript("""
                init app-1                    => 1000/0
                init app-2                    => 1001/0
                init other                    => 1002/0
                add app-1 1000/0 t-0          => NONE
                tick 5000
                add app-2 1001/0 t-0          => NONE
                list
                | app-1 Ongoing
                | app-2 Ongoing
                | other Empty
                list state=Ongoing
                | app-1 Ongoing
                | app-2 Ongoing
                list state=Ongoing longer=4999 => app-1 Ongoing
                list state=Ongoing longer=5000
                list id=1001                  => app-2 Ongoing
                list like=app-.*
                | app-1 Ongoing
                | app-2 Ongoing
                list like=app
                list state=Empty,Odd
                | other Empty
                | unknown [Odd]
                list state=Odd                => unknown [Odd]
                """);
    }

    /// Records that brokers before transaction version 1 can read.
    @Test
    void levelZeroWritesTheOlderForm() {
        var world = new CoreWorld();
        world.transactionVersion = 0;
        world.carryOut(world.shard.initProducerId(
                world.ticket(grant -> {}), new InitProducer("a", 1000, null, 7), world.now()));
        byte[] value = world.log.getFirst().value();
        assertThat(value).isNotNull().startsWith(0, 0);
        world.transactionVersion = 2;
        world.carryOut(world.shard.initProducerId(
                world.ticket(grant -> {}), new InitProducer("a", 1000, null, 7), world.now()));
        assertThat(world.log.getLast().value()).isNotNull().startsWith(0, 1);
        assertThat(world.replayed().transactions()).isEqualTo(world.shard.transactions());
    }
}
