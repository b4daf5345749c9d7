package barnabas.cli.schema;

import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer the schemas of a schema registry.",
        footer = {
            "  barnabas schema list",
            "  barnabas schema register orders-value --file order.avsc",
            "  barnabas schema check orders-value --file order.avsc",
            "  barnabas schema diff orders-value"
        })
public final class SchemaBranch {
    private static final List<String> NAMES = List.of("list", "get", "register", "check", "diff");

    private SchemaBranch() {}

    public static CommandLine line(String second, Console console) {
        return CommandBranch.of(new SchemaBranch(), second, NAMES, name -> switch (name) {
            case "list" -> new ReadCommands.ListSchemas(console);
            case "get" -> new ReadCommands.Get(console);
            case "register" -> new SubmitCommands.Register(console);
            case "check" -> new SubmitCommands.Check(console);
            case "diff" -> new DiffCommand(console);
            default -> throw new IllegalArgumentException(name);
        });
    }
}
