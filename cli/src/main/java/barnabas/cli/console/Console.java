package barnabas.cli.console;

import barnabas.base.Clock;
import barnabas.base.PrintableText;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Input and output of a command, as bytes: records are bytes and no charset may be applied to them.
///
/// @param err for people: failures, summaries, progress
/// @param interactive a person watches `err`
public record Console(
        InputStream in, OutputStream out, PrintWriter err, boolean interactive, Clock clock, RandomGenerator random) {
    /// Set by the start script, which can ask the terminal without loading anything.
    private static final String INTERACTIVE = "barnabas.interactive";

    private static final int ANSWER_MAX = 100;
    /// Messages quote what brokers and files say.
    private static final int PROBLEM_CHARS_MAX = 4_096;

    public static Console system() {
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new ConsoleOutput(new FileOutputStream(FileDescriptor.out)),
                writer(new FileOutputStream(FileDescriptor.err)),
                Boolean.getBoolean(INTERACTIVE),
                Clock.SYSTEM,
                RandomGenerator.getDefault());
    }

    private static PrintWriter writer(OutputStream out) {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    }

    /// For help, which may have colours; flush it.
    public PrintWriter help() {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), false);
    }

    /// For tables and other text, in which names cannot steer the terminal; flush it.
    public PrintWriter text() {
        return new PrintWriter(new TerminalWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)), false);
    }

    /// Asks on `err`; everything but `y` and `yes` is no, and so is the end of the input.
    public boolean confirms(String question) throws IOException {
        err.print(question + " [y/N] ");
        err.flush();
        var answer = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n' && answer.length() < ANSWER_MAX; next = in.read()) {
            answer.append((char) next);
        }
        return Set.of("y", "yes").contains(answer.toString().strip().toLowerCase(Locale.ROOT));
    }

    /// One line about what a command waits for.
    public void waitsFor(String reason) {
        err.println("barnabas: waiting, tried again: " + PrintableText.oneLine(reason, PROBLEM_CHARS_MAX));
    }

    /// One line about what went wrong.
    public void problem(String message) {
        err.println("barnabas: " + PrintableText.oneLine(message, PROBLEM_CHARS_MAX));
    }
}
