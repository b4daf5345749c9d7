package barnabas.cli;

import picocli.CommandLine;

/// Where the `barnabas` command begins.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RootCommand())
                .setExecutionExceptionHandler(new FailureReport())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }
}
