package barnabas.conformance.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Expectations of one class: the number of its tests, and those that do not pass, with the reason.
///
/// ```
/// ## Class
/// tests: 12, passed: 10
///
/// | test | result | reason |
/// |---|---|---|
/// | method[1] | failed | ... |
/// ```
record Expected(int count, Map<String, Deviation> deviations) {
    /// @param result `failed` or `aborted`, or `varies`: it races, and either way says nothing
    record Deviation(String result, String reason) {
        boolean varies() {
            return result.equals("varies");
        }
    }

    private static final String HEAD =
            """
            # What Kafka's own tests say about Barnabas

            One section for each class of classes.txt that is run. A test that is not in the table of its class passes; of the others every line says why.
            `conformance/kafka/run` compares with this file and fails on any difference; `run --update` writes it and keeps the reasons. A reason that begins
            with "out of scope" takes the test out of the target: it is about transactions, share or streams groups, security or several brokers.
            """;

    private static final String CLUSTER_HEAD =
            """
            # What Kafka's own tests say about clusters of Barnabas

            As EXPECTED.md, for `conformance/kafka/run --cluster`: each test has as many brokers and controllers as it asks for, with the roles that it asks for.
            A reason that begins with "out of scope" takes the test out of the target: it is about share or streams groups, security or Kafka's own classes.
            """;

    private static final String SECURITY_HEAD =
            """
            # What Kafka's own tests of security, ACLs and quotas say about Barnabas

            As EXPECTED.md, for `conformance/kafka/run --security` and the classes of classes-security.txt. Part `node`: one broker, a node alone; part `nodes`: a
            controller and as many brokers as the test makes. A test that reaches into broker objects or needs a Java class in the broker is aborted and does not count
            for the target. A reason that begins with "out of scope" takes a test out of it as well.
            """;

    private static final String CONNECT_HEAD =
            """
            # What Kafka's own tests of Connect and MirrorMaker 2 say about Barnabas

            As EXPECTED.md, for `conformance/kafka/run --connect` and the classes of classes-connect.txt: Kafka's Connect and MirrorMaker 2 (4.3.1) on nodes of Barnabas,
            one node alone for each cluster that a test makes. A test that needs several brokers, TLS or a Java class in the broker is aborted.
            """;

    /// Each has files of its own: expectations, and the list of its classes.
    enum Suite {
        ALONE("EXPECTED.md", "classes.txt", HEAD),
        CLUSTER("EXPECTED-CLUSTER.md", "classes.txt", CLUSTER_HEAD),
        SECURITY("EXPECTED-SECURITY.md", "classes-security.txt", SECURITY_HEAD),
        CONNECT("EXPECTED-CONNECT.md", "classes-connect.txt", CONNECT_HEAD);

        private final String file;
        private final String classes;
        private final String head;

        Suite(String file, String classes, String head) {
            this.file = file;
            this.classes = classes;
            this.head = head;
        }

        String classes() {
            return classes;
        }

        String file() {
            return file;
        }
    }

    static Map<String, Expected> read(Path file) throws IOException {
        var all = new LinkedHashMap<String, Expected>();
        if (!Files.exists(file)) return all;
        String name = "";
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("## ")) {
                name = line.substring(3);
                all.put(name, new Expected(0, new TreeMap<>()));
            } else if (line.startsWith("tests: ")) {
                int count = Integer.parseInt(line.substring(7, line.indexOf(',')));
                all.put(name, new Expected(count, all.get(name).deviations()));
            } else if (!name.isEmpty() && line.startsWith("| ") && !line.startsWith("| test ")) {
                String[] cell = line.split("\\|");
                all.get(name).deviations().put(cell[1].strip(), new Deviation(cell[2].strip(), cell[3].strip()));
            }
        }
        return all;
    }

    static void write(Path file, Map<String, Expected> all, Map<String, String> order, Suite suite)
            throws IOException {
        var text = new StringBuilder(suite.head);
        summarize(all, order, text);
        for (String className : order.keySet()) {
            String name = className.substring(className.lastIndexOf('.') + 1);
            Expected one = all.get(name);
            if (one == null) continue;
            text.append("\n## ").append(name).append('\n');
            text.append("tests: %d, passed: %d%n".formatted(one.count, one.count - one.deviations.size()));
            if (one.deviations.isEmpty()) continue;
            text.append("\n| test | result | reason |\n|---|---|---|\n");
            one.deviations.forEach((test, deviation) -> text.append("| %s | %s | %s |%n"
                    .formatted(test, deviation.result, deviation.reason.isBlank() ? "-" : deviation.reason)));
        }
        Files.writeString(file, text);
    }

    private static void summarize(Map<String, Expected> all, Map<String, String> order, StringBuilder text) {
        text.append("\n| class | part | passed | failed | aborted |\n|---|---|---|---|---|\n");
        int passed = 0;
        int failed = 0;
        int aborted = 0;
        for (Map.Entry<String, String> each : order.entrySet()) {
            String name = each.getKey().substring(each.getKey().lastIndexOf('.') + 1);
            Expected one = all.get(name);
            if (one == null) continue;
            int passedHere = one.count - one.deviations.size();
            int failedHere = one.withResult("failed");
            int abortedHere = one.withResult("aborted");
            text.append("| %s | %s | %d | %d | %d |%n"
                    .formatted(name, each.getValue(), passedHere, failedHere, abortedHere));
            passed += passedHere;
            failed += failedHere;
            aborted += abortedHere;
        }
        text.append("| all | | %d | %d | %d |%n".formatted(passed, failed, aborted));
    }

    private int withResult(String result) {
        return (int) deviations.values().stream()
                .filter(each -> each.result.equals(result))
                .count();
    }
}
