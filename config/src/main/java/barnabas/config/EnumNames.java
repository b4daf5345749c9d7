package barnabas.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Enum constants from the lower-case names that configurations use.
final class EnumNames {
    private EnumNames() {}

    static <E extends Enum<E>> E of(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static <E extends Enum<E>> Set<E> setOf(Class<E> type, List<String> names) {
        var set = EnumSet.noneOf(type);
        for (String name : names) set.add(of(type, name));
        return Collections.unmodifiableSet(set);
    }
}
