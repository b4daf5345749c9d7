package barnabas.metrics;

/// A part of the node that counts. It keeps its counters in fields and names them when it is read: names take no
/// memory between two readings.
@FunctionalInterface
public interface MetricSource {
    /// Adds the present values. For any thread, beside those that count; values of one reading may differ by what is
    /// counted meanwhile.
    void read(Reading reading);
}
