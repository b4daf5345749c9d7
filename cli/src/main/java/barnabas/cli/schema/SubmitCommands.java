package barnabas.cli.schema;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.console.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands that send a schema from a file.
final class SubmitCommands {
    private static final long FILE_BYTES_MAX = 1 << 20;
    private static final List<String> TYPES = List.of("AVRO", "JSON", "PROTOBUF");

    private SubmitCommands() {}

    abstract static class Submit extends RegistryCommand {
        @Parameters(paramLabel = "SUBJECT", description = "Name of the subject; TOPIC-value for the values of a topic.")
        String subject = "";

        @Option(names = "--file", paramLabel = "FILE", required = true, description = "File with the schema. Required.")
        private Path file = Path.of("");

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                description = "Kind of the schema: avro, json or protobuf (default: json for .json, protobuf for"
                        + " .proto, else avro).")
        private @Nullable String type;

        @Option(
                names = "--reference",
                paramLabel = "NAME=SUBJECT:VERSION",
                description = "Registered schema that this one uses under NAME. Repeatable (default: none).")
        private List<String> references = new ArrayList<>();

        Submit(Console console) {
            super(console);
        }

        final JsonObject submission() throws Failure {
            var body = new JsonObject().put("schema", text()).put("schemaType", type());
            var used = new ArrayList<JsonObject>();
            for (String each : references) used.add(reference(each));
            return body.put("references", used);
        }

        private String text() throws Failure {
            try {
                if (Files.size(file) > FILE_BYTES_MAX)
                    throw new Failure(file + " has more than " + FILE_BYTES_MAX + " bytes");
                return Files.readString(file);
            } catch (IOException e) {
                throw Failure.ofFile(file, e);
            }
        }

        private String type() {
            String name = file.toString();
            if (type == null) return name.endsWith(".json") ? "JSON" : name.endsWith(".proto") ? "PROTOBUF" : "AVRO";
            String wanted = type.toUpperCase(Locale.ROOT);
            if (!TYPES.contains(wanted)) throw misused("--type takes avro, json or protobuf, not '" + type + "'");
            return wanted;
        }

        private JsonObject reference(String text) {
            int equals = text.indexOf('=');
            int colon = text.lastIndexOf(':');
            if (equals > 0 && colon > equals) {
                String version = text.substring(colon + 1);
                if (version.matches("[0-9]{1,9}"))
                    return new JsonObject()
                            .put("name", text.substring(0, equals))
                            .put("subject", text.substring(equals + 1, colon))
                            .put("version", Integer.parseInt(version));
            }
            throw misused("--reference takes NAME=SUBJECT:VERSION, not '" + text + "'");
        }
    }

    @Command(
            name = "register",
            description = "Add a version to a subject, unless it has this schema already.",
            exitCodeList = "1:The schema is wrong or incompatible with earlier versions.",
            footer = {
                "  barnabas schema register orders-value --file order.avsc",
                "  barnabas schema register orders --file a.proto --reference b.proto=b:1"
            })
    static final class Register extends Submit {
        @Option(
                names = "--normalize",
                description =
                        "Compare and store the schema in its normal form, without differences of order and spelling.")
        private boolean normalize;

        Register(Console console) {
            super(console);
        }

        @Override
        int run(RegistryRest rest) throws Exception {
            JsonNode answer = rest.post(path(subject) + "/versions?normalize=" + normalize, submission());
            PrintWriter out = console.text();
            out.println("subject " + subject + ": version "
                    + answer.at("version").number() + ", id " + answer.at("id").number());
            out.flush();
            return 0;
        }
    }

    @Command(
            name = "check",
            description = "Show whether a schema is compatible with a subject's versions, and why not.",
            exitCodeList = "1:The schema is wrong or incompatible.",
            footer = "  barnabas schema check orders-value --file order.avsc")
    static final class Check extends Submit {
        Check(Console console) {
            super(console);
        }

        @Override
        int run(RegistryRest rest) throws Exception {
            JsonNode answer = rest.post(
                    "/compatibility/subjects/" + RegistryRest.encoded(subject) + "/versions?verbose=true",
                    submission());
            boolean compatible = answer.at("is_compatible").text().equals("true");
            PrintWriter out = console.text();
            if (compatible) out.println("compatible with subject " + subject);
            for (JsonNode each : answer.at("messages").list()) out.println(each.text());
            out.flush();
            return compatible ? 0 : 1;
        }
    }
}
