package barnabas.cli.schema;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "diff",
        description = {
            "Show how two versions of a subject differ.",
            "Lines that only the first version has begin with -, lines that only the second has with +."
        },
        footer = {"  barnabas schema diff orders-value", "  barnabas schema diff orders-value 1 3"})
final class DiffCommand extends RegistryCommand {
    @Parameters(index = "0", paramLabel = "SUBJECT", description = "Name of the subject.")
    private String subject = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FIRST",
            description = "Number of the first version (default: the one before the second).")
    private @Nullable String first;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "SECOND",
            description = "Number of the second version (default: latest).")
    private @Nullable String second;

    DiffCommand(Console console) {
        super(console);
    }

    @Override
    int run(RegistryRest rest) throws Exception {
        JsonNode latest = version(rest, subject, "latest");
        JsonNode right = second == null ? latest : version(rest, subject, second);
        JsonNode left = version(rest, subject, first == null ? before(rest, right) : first);
        PrintWriter out = console.text();
        out.println("--- " + subject + " version " + left.at("version").text());
        out.println("+++ " + subject + " version " + right.at("version").text());
        for (String each : LineDiff.of(lines(left), lines(right))) out.println(each);
        out.flush();
        return 0;
    }

    private static List<String> lines(JsonNode version) {
        return SchemaLines.of(type(version), version.at("schema").text());
    }

    private String before(RegistryRest rest, JsonNode version) throws Failure, InterruptedException {
        long number = version.at("version").number();
        var earlier = new ArrayList<Long>();
        for (JsonNode each : rest.get(path(subject) + "/versions").list())
            if (each.number() < number) earlier.add(each.number());
        if (earlier.isEmpty()) throw new Failure("subject '" + subject + "' has one version only");
        return String.valueOf(earlier.getLast());
    }
}
