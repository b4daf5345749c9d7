package barnabas.sql.functions;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The last value made out of a text: a compiled pattern or format, which is nearly always the same in one call of a
/// statement.
public final class Remembered<T> {
    private final Function<String, T> make;
    private volatile @Nullable Entry<T> last;

    public Remembered(Function<String, T> make) {
        this.make = make;
    }

    private record Entry<T>(String text, T value) {}

    public T of(String text) {
        Entry<T> entry = last;
        if (entry == null || !entry.text().equals(text)) {
            entry = new Entry<>(text, make.apply(text));
            last = entry;
        }
        return entry.value();
    }
}
