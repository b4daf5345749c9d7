package barnabas.sim;

import java.util.List;

/// Result of one simulation.
///
/// @param hash over its whole course: the same for the same settings
/// @param violations what must never happen and did; empty for a good one
/// @param lastLines the end of the transcript
record Outcome(
        Settings settings,
        long hash,
        List<String> violations,
        long steps,
        long virtualMillis,
        long acknowledgements,
        long reads,
        long commits,
        List<String> lastLines) {
    boolean isGood() {
        return violations.isEmpty();
    }
}
