package barnabas.cli.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Sections of the help of every command: exit codes, then examples (the footer of the command), and lines that end
/// between words.
public final class HelpSections {
    private static final int LINE_CHARS_MAX = 80;
    /// Wide enough for picocli to break no line of a description.
    private static final int UNBROKEN_CHARS = 4_000;
    /// Option that every command has, in whose line the column of descriptions begins with this text.
    private static final String HELP = "Show this help message and exit.";

    private HelpSections() {}

    /// Add the sections to a command and its subcommands; exit codes that a command declares itself stay.
    public static void addTo(CommandLine line) {
        var usage = line.getCommandSpec().usageMessage();
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put("0", "Success.");
        codes.put("1", "Failure; the reason is on standard error.");
        codes.put("2", "Unknown command or option, or a wrong value.");
        codes.putAll(usage.exitCodeList());
        usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes).footerHeading("%nExamples:%n");
        breakBetweenWords(line);
        line.getSubcommands().values().forEach(HelpSections::addTo);
    }

    /// picocli also breaks lines inside of `127.0.0.1` and `HOST:PORT`.
    private static void breakBetweenWords(CommandLine line) {
        var sections = new LinkedHashMap<>(line.getHelpSectionMap());
        IHelpSectionRenderer options = Objects.requireNonNull(sections.get(UsageMessageSpec.SECTION_KEY_OPTION_LIST));
        for (String key : List.of(
                UsageMessageSpec.SECTION_KEY_SYNOPSIS,
                UsageMessageSpec.SECTION_KEY_DESCRIPTION,
                UsageMessageSpec.SECTION_KEY_PARAMETER_LIST,
                UsageMessageSpec.SECTION_KEY_OPTION_LIST)) {
            IHelpSectionRenderer section = Objects.requireNonNull(sections.get(key));
            sections.put(key, help -> {
                int indent = switch (key) {
                    case UsageMessageSpec.SECTION_KEY_SYNOPSIS ->
                        "Usage: ".length()
                                + help.commandSpec().qualifiedName(" ").length()
                                + 1;
                    case UsageMessageSpec.SECTION_KEY_DESCRIPTION -> 0;
                    default -> column(unbroken(options, help)) + 2;
                };
                int first = key.equals(UsageMessageSpec.SECTION_KEY_SYNOPSIS) ? "Usage: ".length() : 0;
                return unbroken(section, help)
                        .lines()
                        .map(each -> wrapped(each, first, indent))
                        .collect(Collectors.joining("\n", "", "\n"));
            });
        }
        line.getCommandSpec().usageMessage().sectionMap(sections);
    }

    private static String unbroken(IHelpSectionRenderer section, Help help) {
        UsageMessageSpec usage = help.commandSpec().usageMessage();
        int width = usage.width();
        usage.width(UNBROKEN_CHARS);
        try {
            return section.render(help);
        } finally {
            usage.width(width);
        }
    }

    private static int column(String options) {
        return options.lines()
                .mapToInt(each -> each.indexOf(HELP))
                .filter(each -> each >= 0)
                .findFirst()
                .orElse(0);
    }

    /// @param taken characters of the first line that stand there already
    private static String wrapped(String line, int taken, int indent) {
        var text = new StringBuilder();
        String rest = line.stripTrailing();
        int room = LINE_CHARS_MAX - taken;
        while (rest.length() > room) {
            int space = rest.lastIndexOf(' ', room);
            if (rest.substring(0, Math.max(0, space)).isBlank()) break;
            text.append(rest.substring(0, space).stripTrailing()).append('\n').append(" ".repeat(indent));
            rest = rest.substring(space).stripLeading();
            room = LINE_CHARS_MAX - indent;
        }
        return text.append(rest).toString();
    }
}
