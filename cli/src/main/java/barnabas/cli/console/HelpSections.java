package barnabas.cli.console;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;

/// Sections that the help of every command ends with: exit codes, then examples (the footer of the command).
public final class HelpSections {
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
        line.getSubcommands().values().forEach(HelpSections::addTo);
    }
}
