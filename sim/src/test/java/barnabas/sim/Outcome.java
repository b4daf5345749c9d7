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
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// The result of what has run until now.
    static Outcome of(
            Settings settings, Transcript transcript, Findings findings, Simulation simulation, Ledger ledger) {
        return new Outcome(
                settings,
                transcript.hash(),
                List.copyOf(findings.violations()),
                simulation.steps(),
                simulation.nanos() / NANOS_PER_MILLI,
                ledger.acknowledgements(),
                ledger.reads(),
                ledger.commits(),
                List.copyOf(transcript.lastLines()));
    }

    boolean isGood() {
        return violations.isEmpty();
    }
}
