package barnabas.coordination.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.Producer;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Transactional ids and the partitions of open transactions stop where memory does.
class TransactionMemoryTest {
    private static final long BYTES_MAX = 20_000;

    private final TransactionMemory memory = new TransactionMemory(BYTES_MAX);
    private final CoreWorld world = new CoreWorld(memory);

    private Grant init(String id, long producerId) {
        var answers = new ArrayList<Grant>();
        world.carryOut(world.shard.initProducerId(
                world.ticket(answers::add), new InitProducer(id, 60_000, null, producerId), world.now()));
        return answers.getFirst();
    }

    private ErrorCode add(String id, Producer producer, List<Participant> participants) {
        var answers = new ArrayList<ErrorCode>();
        world.carryOut(world.shard.addPartitions(
                world.ticket(answers::add), new AddPartitions(id, producer, participants, (short) 2, 0), world.now()));
        return answers.getFirst();
    }

    private int fill() {
        for (int i = 0; i < 1_000; i++) {
            if (init("id" + i, 1_000 + i) instanceof Grant.Refused(ErrorCode error)) {
                assertThat(error).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
                return i;
            }
        }
        throw new AssertionError("never refused");
    }

    @Test
    void idsThatNeverComeBack() {
        int ids = fill();
        assertThat(ids).isBetween(30, 60);
        assertThat(memory.heldBytes()).isBetween(BYTES_MAX - 600, BYTES_MAX);
        assertThat(init("id0", -1)).as("an id that is known").isInstanceOf(Grant.Granted.class);
        world.advance(8 * 86_400_000L);
        assertThat(memory.heldBytes()).as("ids that were not used for long").isZero();
        assertThat(init("late", 5_000)).isInstanceOf(Grant.Granted.class);
    }

    @Test
    void openTransactionsCanAlwaysEnd() {
        var granted = (Grant.Granted) init("open", 999);
        assertThat(add("open", granted.producer(), List.of(new Participant("t", 0))))
                .isEqualTo(ErrorCode.NONE);
        fill();
        var many = new ArrayList<Participant>();
        for (int i = 0; i < 1_000; i++) many.add(new Participant("t", i));
        assertThat(add("open", granted.producer(), many)).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        var answers = new ArrayList<Grant>();
        world.carryOut(world.shard.endTransaction(
                world.ticket(answers::add),
                new EndTransaction("open", granted.producer(), true, (short) 2, -1),
                world.now()));
        assertThat(answers.getFirst()).isInstanceOf(Grant.Granted.class);
    }

    @Test
    void aShardThatGoesAwayGivesEverythingBack() {
        fill();
        long held = memory.heldBytes();
        world.carryOut(world.shard.unloaded(ErrorCode.NOT_COORDINATOR));
        assertThat(memory.heldBytes()).isZero();
        world.restart();
        assertThat(memory.heldBytes())
                .as("what is read from the log is always taken")
                .isEqualTo(held);
    }
}
