package barnabas.sim;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// A thread that waits for a monitor ends the simulation, with the names of both that meet at it.
class BlockedThreadsTest {
    private static final long SECOND = 1_000_000_000;

    /// Parks in its monitor, which no class of a node may do.
    private static final class Held {
        synchronized void pause(SimulatedProcess process) {
            process.pause(SECOND);
        }

        synchronized void enter() {}
    }

    @Test
    void messageNamesTheThreadThatHoldsTheMonitor() {
        var transcript = new Transcript(null, false);
        var simulation = new Simulation(1, transcript);
        var process = new SimulatedProcess("n1", simulation, new Findings(transcript));
        var held = new Held();
        process.start("holder", () -> held.pause(process));
        process.start("waiter", () -> {
            process.pause(SECOND / 2);
            held.enter();
        });

        assertThatThrownBy(() -> simulation.run(() -> false, 10 * SECOND, 1_000))
                .isInstanceOf(Simulation.StuckException.class)
                .hasMessageStartingWith("n1/waiter is blocked by a monitor")
                .hasMessageContaining("Held.enter(")
                .hasMessageContaining("n1/holder at")
                .hasMessageContaining("Held.pause(");
    }
}
