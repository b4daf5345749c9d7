package barnabas.sql.rows;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Values of some columns. The array is never changed after the row is made.
public final class Row {
    private final @Nullable Object[] values;

    public Row(@Nullable Object... values) {
        this.values = values;
    }

    public static Row empty(int width) {
        return new Row(new @Nullable Object[width]);
    }

    public @Nullable Object[] values() {
        return values;
    }

    public @Nullable Object value(int index) {
        return values[index];
    }

    public int width() {
        return values.length;
    }

    public boolean hasNull() {
        for (Object each : values) if (each == null) return true;
        return false;
    }

    /// The values of this row, then those of `more`.
    public Row with(@Nullable Object... more) {
        var all = Arrays.copyOf(values, values.length + more.length);
        System.arraycopy(more, 0, all, values.length, more.length);
        return new Row(all);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row && Arrays.equals(values, row.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
