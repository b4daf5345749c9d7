package barnabas.config.keys;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Enum constants from the lower-case names that configurations use.
public final class EnumNames {
    private EnumNames() {}

    public static <E extends Enum<E>> E of(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    public static <E extends Enum<E>> Set<E> setOf(Class<E> type, List<String> names) {
        var set = EnumSet.noneOf(type);
        for (String name : names) set.add(of(type, name));
        return Collections.unmodifiableSet(set);
    }
}
