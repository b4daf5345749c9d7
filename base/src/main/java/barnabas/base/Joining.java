package barnabas.base;

/// Waits for the end of threads whose work must not be left half done.
public final class Joining {
    private Joining() {}

    /// Waits for the end of `thread`. An interrupt of the caller does not end the wait, and stays set.
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
