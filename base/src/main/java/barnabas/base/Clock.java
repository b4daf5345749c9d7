package barnabas.base;

/// The time seam. `millis` is wall-clock time for timestamps that people see; `nanos` is monotonic, for time-outs.
public interface Clock {
    /// Milliseconds since the epoch.
    long millis();

    /// Monotonic nanoseconds from an arbitrary origin.
    long nanos();

    Clock SYSTEM = new Clock() {
        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }
    };
}
