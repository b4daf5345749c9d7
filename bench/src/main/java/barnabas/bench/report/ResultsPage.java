package barnabas.bench.report;

import barnabas.bench.report.Results.FigureResult;
import barnabas.bench.report.Results.ScenarioResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `bench/RESULTS.md`: the figures with targets in one table, then every scenario with all its figures and settings.
final class ResultsPage {
    private final Results results;
    private final Map<String, String> reasons;

    ResultsPage(Results results, Map<String, String> reasons) {
        this.results = results;
        this.reasons = reasons;
    }

    String markdown() {
        StringBuilder page = new StringBuilder();
        page.append("""
                # Barnabas and Apache Kafka, side by side

                Written by `./build bench --publish`; do not edit. What the scenarios do and how to repeat them: \
                [README.md](README.md). The numbers for machines: [results.json](results.json).

                Each cell is the median over the rounds, with the least and the greatest; the ratios are Kafka's median \
                divided by Barnabas's (the other way round for rates), so that more is better for Barnabas and less \
                than 1 means that Kafka is better. A gigabyte is 10^9 bytes of record values, uncompressed.

                ## Targets

                """);
        page.append(targets());
        page.append("\n![ratios](charts/ratios.svg)\n\n## Systems\n");
        Map<Map<String, String>, String> names = systemNames();
        names.forEach((settings, name) -> {
            page.append("\n**").append(name).append("**\n\n");
            settings.forEach((key, value) ->
                    page.append("- ").append(setting(key, value)).append('\n'));
        });
        for (ScenarioResult scenario : results.scenarios().values()) {
            page.append(section(scenario, names));
        }
        return page.toString();
    }

    private String targets() {
        StringBuilder table = new StringBuilder("| scenario | figure | Kafka stock | Kafka tuned | Barnabas | stock/B |"
                + " tuned/B | target | met |\n|---|---|---|---|---|---|---|---|---|\n");
        for (ScenarioResult scenario : results.scenarios().values()) {
            for (FigureResult figure : scenario.figures()) {
                if (!MarkdownTable.target(figure).isEmpty()) {
                    table.append("| %s %s\n".formatted(scenario.title(), MarkdownTable.row(scenario, figure, reasons)));
                }
            }
        }
        return table.toString();
    }

    /// Each distinct set of settings of a system gets a name: the system's, with a number if there are several.
    private Map<Map<String, String>, String> systemNames() {
        Map<String, List<Map<String, String>>> variants = new LinkedHashMap<>();
        for (ScenarioResult scenario : results.scenarios().values()) {
            scenario.systems().forEach((system, settings) -> {
                List<Map<String, String>> known = variants.computeIfAbsent(system, name -> new ArrayList<>());
                if (!known.contains(settings)) {
                    known.add(settings);
                }
            });
        }
        Map<Map<String, String>, String> names = new LinkedHashMap<>();
        variants.forEach((system, all) -> {
            for (int i = 0; i < all.size(); i++) {
                names.put(all.get(i), all.size() == 1 ? system : system + " (" + (i + 1) + ")");
            }
        });
        return names;
    }

    private String section(ScenarioResult scenario, Map<Map<String, String>, String> names) {
        StringBuilder section = new StringBuilder();
        section.append("\n## ").append(scenario.title()).append("\n\n");
        section.append(MarkdownTable.of(scenario, reasons)).append('\n');
        scenario.latencies()
                .keySet()
                .forEach(curve -> section.append("![%s](charts/%s)\n\n"
                        .formatted(curve, chartName(scenario, curve).replace(" ", "%20"))));
        scenario.settings()
                .forEach((key, value) ->
                        section.append("- ").append(setting(key, value)).append('\n'));
        section.append("- systems: ")
                .append(String.join(
                        ", ",
                        scenario.systems().values().stream()
                                .map(settings -> names.getOrDefault(settings, "?"))
                                .toList()))
                .append('\n');
        section.append("- run: `./build bench %s`, %d rounds, %s, commit %s\n"
                .formatted(scenario.name(), scenario.rounds(), scenario.date(), scenario.commit()));
        section.append("- machine: ")
                .append(String.join(", ", machine(scenario.machine())))
                .append('\n');
        return section.toString();
    }

    private static String setting(String key, String value) {
        boolean config = key.matches("[a-z.]+\\.[a-z.]+");
        return config ? "`" + key + "=" + value + "`" : key + ": " + value;
    }

    private static List<String> machine(Map<String, String> machine) {
        return machine.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
    }

    static String chartName(ScenarioResult scenario, String curve) {
        return "latency-" + scenario.name() + "-" + curve.replace(' ', '-') + ".svg";
    }
}
