package barnabas.cli.schema;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.config.keys.NearestName;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A command that asks a schema registry.
@Command(mixinStandardHelpOptions = true)
abstract class RegistryCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private RegistryOptions registry = new RegistryOptions();

    final Console console;

    RegistryCommand(Console console) {
        this.console = console;
    }

    /// @return the exit code of the process
    abstract int run(RegistryRest rest) throws Exception;

    @Override
    public final Integer call() throws Exception {
        try (RegistryRest rest = registry.open()) {
            return run(rest);
        }
    }

    final ParameterException misused(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    static String path(String subject) {
        return "/subjects/" + RegistryRest.encoded(subject);
    }

    /// A version of a subject; the failure for a missing subject has the nearest name.
    ///
    /// @param version a number or `latest`
    static JsonNode version(RegistryRest rest, String subject, String version) throws Failure, InterruptedException {
        RegistryRest.Answer answer =
                rest.send("GET", path(subject) + "/versions/" + RegistryRest.encoded(version), null);
        if (answer.isGood()) return answer.body();
        List<String> subjects =
                rest.get("/subjects").list().stream().map(JsonNode::text).toList();
        if (!answer.isMissing() || subjects.contains(subject)) throw new Failure(answer.problem());
        throw new Failure("subject '" + subject + "' does not exist"
                + NearestName.to(subject, subjects)
                        .map(near -> ": did you mean '" + near + "'?")
                        .orElse(": see 'barnabas schema list'"));
    }

    /// The kind of a schema in an answer.
    static String type(JsonNode schema) {
        String type = schema.at("schemaType").text();
        return type.isEmpty() ? "AVRO" : type;
    }
}
