package barnabas.cli.schema;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Console;
import barnabas.cli.console.Listing;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands that show schemas.
final class ReadCommands {
    private static final int PAGE = 1_000;

    private ReadCommands() {}

    @Command(
            name = "list",
            description = "List the subjects with their latest versions.",
            footer = {"  barnabas schema list", "  barnabas schema list orders --json"})
    static final class ListSchemas extends RegistryCommand {
        @Parameters(
                paramLabel = "PREFIX",
                arity = "0..1",
                description = "First letters of the subjects' names (default: all).")
        private String prefix = "";

        @Option(names = "--all", description = "List all versions, not the latest only.")
        private boolean all;

        @Option(names = "--json", description = "Print JSON instead of a table.")
        private boolean json;

        ListSchemas(Console console) {
            super(console);
        }

        @Override
        int run(RegistryRest rest) throws Exception {
            var listing = new Listing("subject", "version", "id", "type");
            for (int from = 0; ; from += PAGE) {
                List<JsonNode> page = rest.get("/schemas?latestOnly=" + !all + "&offset=" + from + "&limit=" + PAGE
                                + "&subjectPrefix=" + RegistryRest.encoded(prefix))
                        .list();
                for (JsonNode each : page)
                    listing.row(
                            each.at("subject").text(),
                            each.at("version").number(),
                            each.at("id").number(),
                            type(each));
                if (page.size() < PAGE) break;
            }
            listing.print(console, json);
            return 0;
        }
    }

    @Command(
            name = "get",
            description = "Print a schema: the latest or another version of a subject, or one by its id.",
            footer = {
                "  barnabas schema get orders-value",
                "  barnabas schema get orders-value 2",
                "  barnabas schema get --id 17"
            })
    static final class Get extends RegistryCommand {
        @Parameters(
                paramLabel = "SUBJECT",
                index = "0",
                arity = "0..1",
                description = "Name of the subject (no default: required without --id).")
        private String subject = "";

        @Parameters(
                paramLabel = "VERSION",
                index = "1",
                arity = "0..1",
                defaultValue = "latest",
                description = "Number of the version (default: ${DEFAULT-VALUE}).")
        private String version = "latest";

        @Option(
                names = "--id",
                paramLabel = "N",
                description = "Id number of a schema, instead of a subject (default: none).")
        private @Nullable Integer id;

        Get(Console console) {
            super(console);
        }

        @Override
        int run(RegistryRest rest) throws Exception {
            if (subject.isEmpty() == (id == null)) throw misused("either SUBJECT or --id is required");
            JsonNode schema = id == null ? version(rest, subject, version) : rest.get("/schemas/ids/" + id);
            PrintWriter out = console.text();
            for (String each : SchemaLines.of(type(schema), schema.at("schema").text())) out.println(each);
            out.flush();
            return 0;
        }
    }
}
