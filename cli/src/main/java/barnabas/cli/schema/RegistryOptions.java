package barnabas.cli.schema;

import barnabas.cli.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// Options that name a registry.
public final class RegistryOptions {
    private static final String REGISTRY = "http://127.0.0.1:9644";
    private static final int LOGIN_BYTES_MAX = 4_096;

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            defaultValue = REGISTRY,
            description = "Address of the schema registry (default: ${DEFAULT-VALUE}).")
    private String registry = REGISTRY;

    @Option(
            names = "--login",
            paramLabel = "FILE",
            description = "File with USER:PASSWORD for the schema registry (default: no login).")
    private @Nullable Path login;

    RegistryRest open() throws Failure {
        try {
            return new RegistryRest(registry, credentials());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--registry: " + e.getMessage(), e);
        }
    }

    private @Nullable String credentials() throws Failure {
        if (login == null) return null;
        try {
            if (Files.size(login) > LOGIN_BYTES_MAX) throw new Failure(login + " is too long for USER:PASSWORD");
            String text = Files.readString(login).strip();
            if (text.indexOf(':') < 1) throw new Failure(login + " does not hold USER:PASSWORD");
            return text;
        } catch (IOException e) {
            throw Failure.ofFile(login, e);
        }
    }
}
