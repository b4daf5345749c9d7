package barnabas.sim;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// `./build sim`: runs simulations and says which seeds broke something.
public final class Main {
    private static final int LAST_LINES = 60;

    private Main() {}

    /// `--seeds N --first S --stride N --seed S --transcript --steps --plant NAME --nodes N --mirror --fail-back
    /// --until-broken`.
    ///
    /// With a stride it takes every N-th seed. With the last option it ends at the first seed that breaks
    /// something, and fails when none does.
    public static void main(String[] arguments) {
        long first = 1;
        long seeds = 20;
        long stride = 1;
        boolean transcript = false;
        boolean steps = false;
        boolean replicated = false;
        boolean pageCache = false;
        boolean untilBroken = false;
        boolean mirror = false;
        boolean failBack = false;
        int nodes = 0;
        Plant plant = Plant.NONE;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--seeds" -> seeds = Long.parseLong(arguments[++i]);
                case "--first" -> first = Long.parseLong(arguments[++i]);
                case "--stride" -> stride = Long.parseLong(arguments[++i]);
                case "--seed" -> {
                    first = Long.parseLong(arguments[++i]);
                    seeds = 1;
                }
                case "--transcript" -> transcript = true;
                case "--steps" -> {
                    transcript = true;
                    steps = true;
                }
                case "--nodes" -> nodes = Integer.parseInt(arguments[++i]);
                case "--mirror" -> mirror = true;
                case "--fail-back" -> failBack = true;
                case "--replicated" -> replicated = true;
                case "--page-cache" -> pageCache = true;
                case "--until-broken" -> untilBroken = true;
                case "--plant" -> plant = Plant.valueOf(arguments[++i].toUpperCase(Locale.ROOT));
                default -> {
                    System.err.println("sim: unknown argument " + arguments[i]);
                    System.exit(2);
                }
            }
        }
        int failed = 0;
        long passed = 0;
        long start = System.nanoTime();
        for (long seed = first; seed < first + seeds; seed += stride) {
            Settings settings = Settings.of(seed).withPlant(plant);
            if (nodes > 0) settings = settings.withNodes(nodes);
            if (replicated) settings = settings.withReplicas(true);
            if (pageCache) settings = settings.withJournal(false);
            long began = System.nanoTime();
            Outcome outcome = mirror
                    ? MirrorScenario.of(settings, transcript ? System.out : null)
                    : failBack
                            ? FailBackScenario.of(settings, transcript ? System.out : null)
                            : Run.of(settings, transcript ? System.out : null, steps);
            report(
                    outcome,
                    mirror ? " --mirror" : failBack ? " --fail-back" : "",
                    (System.nanoTime() - began) / 1_000_000);
            if (outcome.isGood()) passed++;
            else failed++;
            if (untilBroken && failed > 0) break;
        }
        System.out.printf(
                Locale.ROOT, "%d passed, %d failed, %.1f s%n", passed, failed, (System.nanoTime() - start) / 1e9);
        System.exit((failed > 0) == untilBroken ? 0 : 1);
    }

    /// Prints what a seed showed, in one write: other processes print to the same place.
    private static void report(Outcome outcome, String option, long realMillis) {
        Settings settings = outcome.settings();
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "seed %d: %s, %d nodes, %s, %d acknowledged, %d read, %d commits, %d steps, %.1f virtual s, %d ms, %016x%n",
                settings.seed(),
                outcome.isGood() ? "good" : "BROKEN",
                settings.nodes(),
                (settings.replicated() ? "replicated, " : "") + (settings.journal() ? "journal" : "page cache"),
                outcome.acknowledgements(),
                outcome.reads(),
                outcome.commits(),
                outcome.steps(),
                outcome.virtualMillis() / 1e3,
                realMillis,
                outcome.hash()));
        if (!outcome.isGood()) appendDetails(outcome, option, text);
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private static void appendDetails(Outcome outcome, String option, StringBuilder text) {
        for (String violation : outcome.violations())
            text.append("  ").append(violation).append('\n');
        text.append("  the last of it:\n");
        int skip = Math.max(0, outcome.lastLines().size() - LAST_LINES);
        outcome.lastLines().stream()
                .skip(skip)
                .forEach(line -> text.append("  ").append(line).append('\n'));
        text.append("  again: ./build sim --seed ")
                .append(outcome.settings().seed())
                .append(option)
                .append(" --transcript");
        if (outcome.settings().plant() != Plant.NONE)
            text.append(" --plant ").append(outcome.settings().plant());
        text.append('\n');
    }
}
