package barnabas.bench.report;

/// Numbers for people: three significant digits, thousands separated.
public final class Numbers {
    private Numbers() {}

    public static String of(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "-";
        }
        double size = Math.abs(value);
        if (size >= 100 || size == 0) {
            return "%,.0f".formatted(value);
        }
        return size >= 10 ? "%.1f".formatted(value) : size >= 1 ? "%.2f".formatted(value) : "%.3f".formatted(value);
    }

    public static String with(double value, String unit) {
        return unit.isEmpty() ? of(value) : of(value) + " " + unit;
    }
}
