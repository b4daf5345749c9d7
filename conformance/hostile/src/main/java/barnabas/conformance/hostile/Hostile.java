package barnabas.conformance.hostile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `Hostile PROGRAM WORK SECONDS STARTS SEED`: attacks a broker of PROGRAM for SECONDS, then starts it STARTS times on
/// damaged directories.
public final class Hostile {
    private static final int ATTACKERS = 8;
    /// Of the times of the well-behaved client: three times what they were.
    private static final int SLOWDOWN_MAX = 3;
    /// Both programs share the processors of one machine: below this a slow-down is the machine's.
    private static final long P99_FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Checks checks = new Checks();

    private Hostile() {}

    public static void main(String[] arguments) throws Exception {
        var hostile = new Hostile();
        Path work = Path.of(arguments[1]);
        long seed = Long.parseLong(arguments[4]);
        System.out.println("seed " + seed);
        int seconds = Integer.parseInt(arguments[2]);
        int starts = Integer.parseInt(arguments[3]);
        if (seconds > 0) hostile.attack(arguments[0], work, seconds, seed);
        if (starts > 0) new DamagedStarts(arguments[0], work, hostile.checks, new Random(seed)).run(starts);
        System.out.println("hostile: " + hostile.checks.passed() + " passed, " + hostile.checks.failed() + " failed");
        System.exit(hostile.checks.failed() == 0 ? 0 : 1);
    }

    private void attack(String program, Path work, int seconds, long seed) throws Exception {
        Path output = work.resolve("attacked.out");
        try (var broker = BrokerProcess.start(program, work.resolve("attacked"), output)) {
            if (!broker.awaitReady()) throw new IllegalStateException("the broker does not start: " + broker.output());
            var calm = new CalmClient(broker.address());
            calm.work(System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
            List<Long> before = calm.work(System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.clamp(seconds / 6, 5, 30)));
            System.out.println("alone: p50 " + text(percentile(before, 50)) + ", p99 " + text(percentile(before, 99)));
            List<Wire.Served> served;
            try (var wire = new Wire(broker.address(), 10_000)) {
                served = wire.served();
            }
            var tally = new Attack.Tally();
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            var attackers = new ArrayList<Thread>();
            for (int i = 0; i < ATTACKERS; i++) {
                var attack = new Attack(broker.address(), served, new Random(seed + i), until, tally);
                attackers.add(Thread.ofPlatform().name("attacker-" + i).start(attack));
            }
            List<Long> during = new ArrayList<>();
            @Nullable String fault = null;
            try {
                while (System.nanoTime() < until) {
                    during.addAll(calm.work(Math.min(until, System.nanoTime() + TimeUnit.SECONDS.toNanos(30))));
                    System.out.println("attacked for " + (seconds - TimeUnit.NANOSECONDS.toSeconds(until - System.nanoTime()))
                            + " s: p50 " + text(percentile(during, 50)) + ", p99 " + text(percentile(during, 99)) + ", "
                            + tally.answers + " answers, " + tally.closed + " connections closed, " + tally.unanswered
                            + " requests without an answer in time");
                }
            } catch (IllegalStateException e) {
                fault = e.toString();
            }
            for (Thread attacker : attackers) attacker.join(TimeUnit.SECONDS.toMillis(30));
            report(broker, calm, tally, served, fault);
            long allowed = Math.max(SLOWDOWN_MAX * percentile(before, 99), P99_FLOOR_NANOS);
            long p99 = percentile(during, 99);
            checks.check("the well-behaved client's p99 is " + text(p99) + ", allowed " + text(allowed), p99 <= allowed);
            checks.check("the broker stops in order", broker.stop());
        }
    }

    private void report(
            BrokerProcess broker, CalmClient calm, Attack.Tally tally, List<Wire.Served> served, @Nullable String fault)
            throws IOException {
        new TreeMap<>(tally.done).forEach((what, count) -> System.out.println("  " + count + " " + what));
        checks.check("the broker is alive", broker.isAlive());
        checks.check("the well-behaved client was served" + (fault == null ? "" : ": " + fault), fault == null);
        checks.check("its connection held, broken " + calm.reconnects() + " times", calm.reconnects() == 0);
        checks.check(
                "every API was asked",
                served.stream().allMatch(api -> tally.done.containsKey(api.key().name())));
        checks.check("no answer was too large or no answer at all " + tally.faults, tally.faults.isEmpty());
        List<String> lines = broker.output().lines().toList();
        checks.check(
                "the heap of " + BrokerProcess.HEAP_MB + " MB never ran out",
                lines.stream().noneMatch(line -> line.contains("OutOfMemory") || line.contains("GC overhead")));
        var bugs = lines.stream()
                .filter(line -> line.contains(" ERROR ") || line.contains("bug:"))
                .map(line -> line.replaceAll("^\\S+ ", "").replaceAll("[0-9]+", "N"))
                .distinct()
                .limit(10)
                .toList();
        checks.check("nothing is logged as an error " + bugs, bugs.isEmpty());
        checks.check(
                "no control character of a client is in the log",
                broker.output().chars().allMatch(each -> each == '\n' || each == '\t' || (each >= ' ' && each != 0x7F)));
    }

    private static long percentile(List<Long> times, int percent) {
        if (times.isEmpty()) return 0;
        var sorted = times.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
    }

    private static String text(long nanos) {
        return nanos / 100_000 / 10.0 + " ms";
    }
}
