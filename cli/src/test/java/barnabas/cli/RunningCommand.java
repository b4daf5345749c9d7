package barnabas.cli;

import barnabas.base.Clock;
import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// A command on a thread of its own whose output can be waited for.
final class RunningCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /// Members of a group give themselves random ids: two commands must not draw the same.
    private static final AtomicInteger SEEDS = new AtomicInteger();

    private final Output output = new Output();
    private final StringWriter err = new StringWriter();
    private final Interruption interruption = Interruption.none();
    private final Thread thread;
    private volatile int exitCode = -1;

    private static final class Output extends ByteArrayOutputStream {
        @Override
        public synchronized void flush() {
            notifyAll();
        }

        synchronized String await(Predicate<String> wanted) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            String text = toString(StandardCharsets.UTF_8);
            while (!wanted.test(text)) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) throw new AssertionError("did not come in " + PATIENCE + ", but: " + text);
                wait(left);
                text = toString(StandardCharsets.UTF_8);
            }
            return text;
        }
    }

    RunningCommand(String... arguments) {
        var console = new Console(
                InputStream.nullInputStream(),
                output,
                new PrintWriter(err, true),
                false,
                Clock.SYSTEM,
                new Random(SEEDS.incrementAndGet()));
        thread = Thread.ofPlatform().name("command").start(() -> exitCode = Main.run(arguments, console, interruption));
    }

    /// Output so far, as soon as it satisfies the test.
    String await(Predicate<String> wanted) throws InterruptedException {
        return output.await(wanted);
    }

    String out() {
        return output.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString();
    }

    /// As Ctrl-C does.
    int interrupt() throws InterruptedException {
        interruption.request();
        return join();
    }

    int join() throws InterruptedException {
        if (!thread.join(PATIENCE)) throw new AssertionError("the command does not end");
        return exitCode;
    }
}
