package barnabas.cli;

import barnabas.cli.console.Console;
import barnabas.cli.console.FailureReport;
import barnabas.cli.console.Interruption;

/// Entry point of the `barnabas` command.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        var console = Console.system();
        var interruption = Interruption.install();
        int code = 1;
        try {
            code = run(arguments, console, interruption);
        } catch (RuntimeException | Error e) {
            // Other threads may be running already; they would keep a process alive that does nothing.
            FailureReport.unexpected(e, console);
        }
        interruption.finish(code);
        System.exit(code);
    }

    /// Starting a broker is the one command whose time counts in milliseconds. Its plain form is read by hand,
    /// so that picocli, some 100 ms of class loading that no AOT cache takes (it is compiled for Java 5), is
    /// not touched.
    static int run(String[] arguments, Console console, Interruption interruption) {
        var quick = StartOptions.quick(arguments);
        if (quick.isPresent()) return new Start(console, interruption).run(quick.get());
        return Commands.line(arguments, console, interruption).execute(arguments);
    }
}
