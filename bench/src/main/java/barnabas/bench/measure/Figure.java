package barnabas.bench.measure;

import java.util.OptionalDouble;

/// Something that a scenario measures.
///
/// @param name the measured quantity with its divisor, for example `CPU per GB`
/// @param unit its unit
/// @param higherIsBetter for rates; everything else is a cost
/// @param targetAgainstStock how many times better Barnabas is to be than stock Kafka
/// @param targetAgainstTuned how many times better than tuned Kafka
/// @param limit what Barnabas's own value may not exceed, in the unit
public record Figure(
        String name,
        String unit,
        boolean higherIsBetter,
        OptionalDouble targetAgainstStock,
        OptionalDouble targetAgainstTuned,
        OptionalDouble limit) {

    /// A cost: less is better, no target.
    public static Figure cost(String name, String unit) {
        return new Figure(name, unit, false, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    /// A rate: more is better, no target.
    public static Figure rate(String name, String unit) {
        return new Figure(name, unit, true, OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    public Figure target(double againstTuned) {
        return new Figure(name, unit, higherIsBetter, targetAgainstStock, OptionalDouble.of(againstTuned), limit);
    }

    public Figure target(double againstStock, double againstTuned) {
        return new Figure(
                name, unit, higherIsBetter, OptionalDouble.of(againstStock), OptionalDouble.of(againstTuned), limit);
    }

    public Figure atMost(double value) {
        return new Figure(name, unit, higherIsBetter, targetAgainstStock, targetAgainstTuned, OptionalDouble.of(value));
    }
}
