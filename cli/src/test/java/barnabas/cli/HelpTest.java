package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.console.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Help and error messages of all commands, found by walking the command tree.
class HelpTest {
    private static final int SUMMARY_CHARS_MAX = 79;
    private static final int LINE_CHARS_MAX = 80;
    /// A summary starts with one of these verbs.
    private static final Set<String> VERBS = Set.of(
            "Abort",
            "Add",
            "Administer",
            "Create",
            "Delete",
            "Find",
            "Format",
            "Inspect,",
            "List",
            "Log",
            "Mirror",
            "Move",
            "Pause",
            "Print",
            "Promote",
            "Remove",
            "Reset",
            "Restart",
            "Resume",
            "Run",
            "Send",
            "Set",
            "Show",
            "Start",
            "Stop");
    /// Each option with a number names one of these units, or its time unit.
    private static final List<String> UNITS =
            List.of("number", "bytes", "records", "offset", "milliseconds", "500ms, 90s, 15m, 1h or 2d");

    /// Options whose value is another thing in another command, with the placeholders of both.
    private static final Map<String, Set<String>> TWO_MEANINGS = Map.of(
            "--config", Set.of("FILE", "KEY=VALUE"),
            "--from", Set.of("WHERE", "OFFSET"),
            "--host", Set.of("HOST", "ADDRESS"),
            "--partition", Set.of("N", "TOPIC-N"),
            "--execute", Set.of("", "STATEMENTS"),
            "--partitions", Set.of("", "N"),
            "--to", Set.of("DIR", "WHERE"));
    /// Words of books, or of people about people; STYLE.md has plain ones.
    private static final Pattern CLUMSY =
            Pattern.compile("(?i)\\b(such as|whoever|anew|lest|carr(y|ies|ied) out|gives? up|goes on|go on|null)\\b");

    private static final Pattern SHELL_WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|[^ '\"]+");

    private static final Set<String> NUMERIC_LABELS = Set.of("N", "OFFSET", "TIME", "WHERE");

    private final ScriptedConsole console = new ScriptedConsole();

    private static Stream<CommandLine> commands() {
        var all = new ArrayList<CommandLine>();
        collect(Commands.line(new String[0], new ScriptedConsole().console(), Interruption.none()), all);
        assertThat(all).hasSizeGreaterThan(30);
        return all.stream();
    }

    private static void collect(CommandLine line, List<CommandLine> all) {
        all.add(line);
        line.getSubcommands().values().forEach(each -> collect(each, all));
    }

    private static boolean isNumeric(OptionSpec option) {
        return NUMERIC_LABELS.contains(option.paramLabel())
                || isNumber(option.typeInfo().getType());
    }

    private static boolean isNumber(Class<?> type) {
        return Stream.of(int.class, long.class, Integer.class, Long.class).anyMatch(type::equals);
    }

    private static String name(OptionSpec option) {
        return option.longestName();
    }

    /// The words of a command line up to this command, with a value for each required argument.
    private static List<String> words(CommandSpec spec) {
        var words = new ArrayList<>(List.of(spec.qualifiedName(" ").split(" ")));
        words.removeFirst();
        spec.positionalParameters().stream()
                .filter(each -> each.arity().min() > 0)
                .forEach(each -> words.add(isNumber(each.typeInfo().getType()) ? "1" : "a=b"));
        spec.options().stream().filter(OptionSpec::required).forEach(each -> {
            words.add(name(each));
            words.add("1");
        });
        return words;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void summaryIsShortAndImperative(CommandLine line) {
        String summary = line.getCommandSpec().usageMessage().description()[0];
        assertThat(summary).hasSizeLessThanOrEqualTo(SUMMARY_CHARS_MAX).endsWith(".");
        assertThat(VERBS).contains(summary.split(" ", 2)[0]);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpEndsWithExitCodesAndExamples(CommandLine line) {
        String name = line.getCommandSpec().qualifiedName(" ");
        var words = new ArrayList<>(List.of(name.split(" ")));
        words.removeFirst();
        words.add("--help");
        assertThat(console.run(words.toArray(String[]::new))).as(name).isZero();
        String help = console.out();
        assertThat(help).startsWith("Usage: " + name).contains("\nExit codes:\n  0   ", "\n  1   ", "\n  2   ");
        String examples = help.substring(help.indexOf("\nExamples:\n") + "\nExamples:\n".length());
        assertThat(examples.lines())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each).startsWith("  ").contains("barnabas "));
        if (!shown(line).isEmpty() && line.getSubcommands().isEmpty())
            assertThat(examples).contains("  " + name).doesNotContain("Options");
    }

    /// Words of an example as a shell passes them on, from `barnabas` on.
    private static String[] shellWords(String footer) {
        String example = footer.substring(footer.indexOf("barnabas ") + "barnabas ".length())
                .replaceFirst(" < .*", "")
                .replace("%%", "%");
        return SHELL_WORD
                .matcher(example)
                .results()
                .map(each -> each.group().replaceAll("^(['\"])(.*)\\1$", "$2"))
                .toArray(String[]::new);
    }

    @Test
    void examplesHaveTheWordsOfAShell() {
        assertThat(shellWords("  barnabas sql -e \"SHOW STREAMS;\" --x '%%k %%v' < a.txt"))
                .containsExactly("sql", "-e", "SHOW STREAMS;", "--x", "%k %v");
    }

    /// The examples can be parsed: no option in them is misspelt, no argument is missing.
    @ParameterizedTest
    @MethodSource("commands")
    void examplesParse(CommandLine line) {
        for (String footer : line.getCommandSpec().usageMessage().footer()) {
            String[] words = shellWords(footer);
            String example = String.join(" ", words);
            CommandLine.ParseResult parsed =
                    Commands.line(words, console.console(), Interruption.none()).parseArgs(words);
            assertThat(parsed.hasSubcommand()).as(example).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void optionsStateUnitAndDefault(CommandLine line) {
        for (OptionSpec option : shown(line)) {
            String text = String.join(" ", option.description());
            assertThat(text).as(name(option)).endsWith(".");
            if (option.arity().max() == 0) continue;
            assertThat(text).as(name(option)).containsAnyOf("default", "Required.", "DEFAULT-VALUE");
            if (isNumeric(option))
                assertThat(text.toLowerCase(Locale.ROOT)).as(name(option)).containsAnyOf(UNITS.toArray(String[]::new));
        }
        line.getCommandSpec()
                .positionalParameters()
                .forEach(each -> assertThat(each.description())
                        .as(line.getCommandName() + " " + each.paramLabel())
                        .isNotEmpty());
        line.getCommandSpec().positionalParameters().stream()
                .filter(each -> each.arity().min() == 0)
                .forEach(each -> assertThat(String.join(" ", each.description()))
                        .as(line.getCommandName() + " " + each.paramLabel())
                        .contains("default"));
    }

    /// Lines fit a terminal of 80 columns and end between words, and no text is taken for a variable.
    @ParameterizedTest
    @MethodSource("commands")
    void helpHasItsTextsUnbroken(CommandLine line) {
        String help = line.getUsageMessage();
        assertThat(help.lines()).allSatisfy(each -> assertThat(each).hasSizeLessThanOrEqualTo(LINE_CHARS_MAX));
        String oneLine = help.replaceAll("\\s+", " ");
        Stream.of(
                        Stream.of(line.getCommandSpec().usageMessage().description()),
                        shown(line).stream().flatMap(each -> Stream.of(each.description())),
                        line.getCommandSpec().positionalParameters().stream()
                                .flatMap(each -> Stream.of(each.description())))
                .flatMap(each -> each)
                .forEach(each -> {
                    String text = each.replace("${", "<").replaceFirst("<DEFAULT-VALUE}.*", "");
                    assertThat(oneLine.replace("${", "<"))
                            .contains(text.replace("%%", "%").replace("%n", " ").strip());
                });
        assertThat(help).doesNotContainPattern(CLUMSY);
    }

    @Test
    void optionsOfOneNameHaveOnePlaceholder() {
        var labels = new TreeMap<String, Set<String>>();
        commands()
                .flatMap(each -> each.getCommandSpec().options().stream())
                .forEach(each -> labels.computeIfAbsent(name(each), _ -> new TreeSet<>())
                        .add(each.arity().max() == 0 ? "" : each.paramLabel()));
        labels.forEach((name, found) -> assertThat(found.size() == 1 || found.equals(TWO_MEANINGS.get(name)))
                .as(name + " " + found)
                .isTrue());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void wrongNumberGivesOneLine(CommandLine line) {
        for (OptionSpec option : shown(line)) {
            boolean number =
                    option.paramLabel().equals("N") || option.paramLabel().equals("OFFSET");
            if (!number) continue;
            var words = words(line.getCommandSpec());
            words.add(name(option) + "=seven");
            refused(words);
            assertThat(console.err()).containsPattern("'seven' is not a whole number|a number from 0 to 65535");
            assertThat(console.err()).contains(name(option));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void misspeltOptionGivesNearestName(CommandLine line) {
        for (OptionSpec option : shown(line)) {
            String name = name(option);
            if (name.length() < 6) continue;
            String misspelt = name.substring(0, 3) + name.substring(4);
            var words = words(line.getCommandSpec());
            words.add(misspelt);
            refused(words);
            assertThat(console.err()).contains("unknown option '" + misspelt + "': did you mean '" + name + "'?");
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void missingArgumentsGiveOneLine(CommandLine line) {
        var spec = line.getCommandSpec();
        // a group of commands that can be called has a prompt
        boolean isGroup = !line.getSubcommands().isEmpty() && !(spec.userObject() instanceof Callable);
        boolean incomplete = isGroup || spec.args().stream().anyMatch(each -> each.required());
        if (!incomplete) return;
        var words = new ArrayList<>(List.of(spec.qualifiedName(" ").split(" ")));
        words.removeFirst();
        refused(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic lits|did you mean 'list'?",
                "topci list|did you mean 'topic'?",
                "produce t --acks al|--acks takes 0, 1 or all, not 'al': did you mean 'all'?",
                "produce t --compression gzp|did you mean 'gzip'?",
                "consume t --group g --group-protocol clasic|did you mean 'classic'?",
                "config get topics t|did you mean 'topic'?",
                "config set topic t novalue|'novalue' is not KEY=VALUE",
                "consume t --from yesterday|--from",
                "transaction hanging t --older-than 5|--older-than: '5' is not a time like 90s, 15m or 1h",
                "topic create t --partitions 99999999999|--partitions",
                "topic create t --config novalue|--config takes KEY=VALUE, not 'novalue'",
                "produce t --partition -1|--partition takes a whole number from 0, not '-1'",
                "consume t --partition 0,-1|--partition takes a whole number from 0, not '-1'",
                "consume t --max -1|--max takes a whole number from 0, not '-1'",
                "dump f --from -1|--from takes a whole number from 0, not '-1'",
                "start --port 70000|--port takes a number from 0 to 65535, not '70000'",
            })
    void wrongValueGivesOneLine(String text) {
        String[] parts = text.split("\\|");
        refused(List.of(parts[0].split(" ")));
        assertThat(console.err()).contains(parts[1]);
    }

    /// The README's first session can be parsed: no option in it is misspelt.
    @Test
    void commandsInTheReadmeParse() throws IOException {
        List<String> commands = Pattern.compile("bin/barnabas ([a-z][^#&|`\\n]*)")
                .matcher(Files.readString(Path.of("..", "README.md")))
                .results()
                .map(each -> each.group(1).strip())
                .toList();
        assertThat(commands).hasSizeGreaterThanOrEqualTo(5);
        for (String command : commands) {
            String[] words = Pattern.compile("'[^']*'|\\S+")
                    .matcher(command)
                    .results()
                    .map(each -> each.group().replace("'", ""))
                    .toArray(String[]::new);
            CommandLine.ParseResult parsed =
                    Commands.line(words, console.console(), Interruption.none()).parseArgs(words);
            assertThat(parsed.hasSubcommand()).as(command).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log repair data --yes",
                "trace --client-id app --seconds 90",
                "mirror promote east --timeout-ms 1500",
                "connect add files --plugin FileStreamSource --wait 90"
            })
    void formerNamesOfOptionsAreTaken(String command) {
        String[] words = command.split(" ");
        CommandLine.ParseResult parsed =
                Commands.line(words, console.console(), Interruption.none()).parseArgs(words);
        CommandLine.ParseResult last = parsed;
        while (last.hasSubcommand()) last = last.subcommand();
        assertThat(last.matchedOptions()).as(command).anyMatch(OptionSpec::hidden);
    }

    /// Former names of options are taken and not shown.
    private static List<OptionSpec> shown(CommandLine line) {
        return line.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .toList();
    }

    private void refused(List<String> words) {
        assertThat(console.run(words.toArray(String[]::new)))
                .as(words.toString())
                .isEqualTo(2);
        assertThat(console.err())
                .as(words.toString())
                .startsWith("barnabas: ")
                .hasLineCount(1)
                .contains(" --help')");
        assertThat(console.out()).isEmpty();
    }
}
