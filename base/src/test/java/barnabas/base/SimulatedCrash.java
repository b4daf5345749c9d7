package barnabas.base;

/// The simulated machine stopped in the middle of a disk operation. Not an `IOException`: no code under test may
/// handle it.
public final class SimulatedCrash extends RuntimeException {
    private static final long serialVersionUID = 1;

    SimulatedCrash() {
        super("the simulated machine has stopped", null, false, false);
    }
}
