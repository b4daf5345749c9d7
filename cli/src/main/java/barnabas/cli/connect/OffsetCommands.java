package barnabas.cli.connect;

import barnabas.cli.connect.rest.ConnectRest;
import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.CommandBranch;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.console.Json;
import barnabas.console.json.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "offsets",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Administer offsets of connectors: get, set, reset.",
        footer = {"  barnabas connect offsets get orders", "  barnabas connect offsets reset orders"})
final class OffsetCommands {
    private static final List<String> NAMES = List.of("get", "set", "reset");
    private static final int BYTES_MAX = 16 << 20;

    private OffsetCommands() {}

    static CommandLine line(Console console) {
        return CommandBranch.of(new OffsetCommands(), "", NAMES, name -> switch (name) {
            case "get" -> new Get(console);
            case "set" -> new Alter(console);
            case "reset" -> new Reset(console);
            default -> throw new IllegalArgumentException(name);
        });
    }

    @Command(
            name = "get",
            description = "Show the offsets of a connector, as JSON.",
            footer = "  barnabas connect offsets get orders")
    private static final class Get extends ConnectorCommand {
        Get(Console console) {
            super(console);
        }

        @Override
        int run(ConnectRest rest, String path) throws Exception {
            JsonNode offsets = rest.get(path + "/offsets");
            Json.print(console.out(), offsets.value());
            return 0;
        }
    }

    @Command(
            name = "set",
            description = {
                "Set offsets of a stopped connector.",
                "The file has the form that 'barnabas connect offsets get' prints: {\"offsets\": [{\"partition\": {...}, \"offset\": {...}}]}."
            },
            footer = "  barnabas connect offsets set orders --file offsets.json")
    private static final class Alter extends ConnectorCommand {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                required = true,
                description = "JSON file with the offsets. Required.")
        private Path file = Path.of("");

        Alter(Console console) {
            super(console);
        }

        @Override
        int run(ConnectRest rest, String path) throws Exception {
            JsonNode answer = rest.change("PATCH", path + "/offsets", read());
            console.err().println(answer.at("message").text());
            return 0;
        }

        private Object read() throws Failure {
            try {
                if (Files.size(file) > BYTES_MAX) throw new Failure("the file " + file + " is larger than 16 MB");
                return JsonTree.parse(Files.readAllBytes(file));
            } catch (IOException e) {
                throw Failure.ofFile(file, e);
            } catch (JsonTree.MalformedJson e) {
                throw new Failure("the file " + file + ": " + e.getMessage(), e);
            }
        }
    }

    @Command(
            name = "reset",
            description = "Reset a stopped connector: it starts again without offsets.",
            footer = "  barnabas connect offsets reset orders")
    private static final class Reset extends ConnectorCommand {
        Reset(Console console) {
            super(console);
        }

        @Override
        int run(ConnectRest rest, String path) throws Exception {
            JsonNode answer = rest.change("DELETE", path + "/offsets", null);
            console.err().println(answer.at("message").text());
            return 0;
        }
    }
}
