package barnabas.cli.console;

import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Converters of numeric options whose error message does not name a Java type.
public final class WholeNumbers {
    private WholeNumbers() {}

    public static void registerWith(CommandLine line) {
        ITypeConverter<Integer> ints = converter(Integer::valueOf);
        ITypeConverter<Long> longs = converter(Long::valueOf);
        line.registerConverter(Integer.class, ints);
        line.registerConverter(int.class, ints);
        line.registerConverter(Long.class, longs);
        line.registerConverter(long.class, longs);
    }

    private static <T> ITypeConverter<T> converter(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is not a whole number, or out of range");
            }
        };
    }
}
