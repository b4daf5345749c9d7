package barnabas.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SimulatedExecutorTest {
    private static final int TASKS = 30;

    /// The tasks in the order in which their interrupts reached them, with one seed.
    private static List<Integer> interrupted() {
        var transcript = new Transcript(null, false);
        var simulation = new Simulation(1, transcript);
        var process = new SimulatedProcess("n1", simulation, new Findings(transcript));
        ExecutorService executor = process.perTask("request");
        var order = new ArrayList<Integer>();
        for (int i = 0; i < TASKS; i++) {
            int task = i;
            executor.execute(() -> {
                while (!Thread.currentThread().isInterrupted()) LockSupport.park();
                order.add(task);
            });
        }
        simulation.after(1_000_000_000, executor::shutdownNow);
        simulation.run(executor::isTerminated, Long.MAX_VALUE, 10_000);
        return order;
    }

    /// Ids of threads go on from one simulation to the next.
    @Test
    void interruptsArriveInTheSameOrderWhateverThreadsThereWereBefore() {
        List<Integer> first = interrupted();
        assertThat(first).hasSize(TASKS);
        for (int i = 0; i < 20; i++) {
            assertThat(Thread.ofVirtual().unstarted(() -> {}).isAlive()).isFalse();
            assertThat(interrupted()).isEqualTo(first);
        }
    }
}
