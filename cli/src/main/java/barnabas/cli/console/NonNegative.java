package barnabas.cli.console;

import java.util.Collections;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/// Refuses a number below zero where an option counts or names something: `--max`, `--partition`, an offset.
public final class NonNegative {
    /// Numbers of a distance may be negative: their placeholder is another one.
    private static final Set<String> LABELS = Set.of("N", "OFFSET", "ID", "BYTES");

    private NonNegative() {}

    public static void checkOn(CommandLine line) {
        IExecutionStrategy run = new RunLast();
        line.setExecutionStrategy(parsed -> {
            for (ParseResult each = parsed; each != null; each = each.hasSubcommand() ? each.subcommand() : null)
                for (OptionSpec option : each.matchedOptions()) check(option, each);
            return run.execute(parsed);
        });
    }

    private static void check(OptionSpec option, ParseResult parsed) {
        if (!LABELS.contains(option.paramLabel())) return;
        Object value = option.getValue();
        Iterable<?> values = value instanceof Iterable<?> many ? many : Collections.singletonList(value);
        for (Object each : values)
            if (each instanceof Number number && number.longValue() < 0)
                throw new ParameterException(
                        parsed.commandSpec().commandLine(),
                        option.longestName() + " takes a whole number from 0, not '" + each + "'");
    }
}
