package barnabas.cli;

import barnabas.base.Clock;
import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Runs commands in this process and keeps what they print.
final class ScriptedConsole {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();
    private final Clock clock;
    private byte[] input = new byte[0];
    private boolean interactive;

    ScriptedConsole() {
        this(Clock.SYSTEM);
    }

    ScriptedConsole(Clock clock) {
        this.clock = clock;
    }

    ScriptedConsole input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /// Interactive console with this answer.
    ScriptedConsole answering(String text) {
        interactive = true;
        return input(text);
    }

    Console console() {
        return new Console(
                new ByteArrayInputStream(input), out, new PrintWriter(err, true), interactive, clock, new Random(1));
    }

    /// The exit code; what the command before printed is forgotten.
    int run(String... arguments) {
        return run(Interruption.none(), arguments);
    }

    int run(Interruption interruption, String... arguments) {
        out.reset();
        err.getBuffer().setLength(0);
        return Main.run(arguments, console(), interruption);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString();
    }
}
