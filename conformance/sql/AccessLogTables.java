import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tables over an access log, for conformance/sql/access-log: `define URL FILE` makes the statements and the table of
/// clients, `keyed FILE OUT` writes CLIENT<tab>LINE, `compare URL FILE` compares each table with a computation over the
/// file.
final class AccessLogTables {
    private static final Pattern LINE =
            Pattern.compile("^(\\S+) \\S+ \\S+ \\[([^\\]]+)\\] \"[A-Z]+ ([^ \"]+)[^\"]*\" ([0-9]{3}) .*");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);
    private static final long GAP_MS = 30 * 60_000L;
    private static final long MINUTE_MS = 60_000L;
    private static final long WAIT_NANOS = 180_000_000_000L;

    private record Hit(String client, long at, String page, int status, String line) {}

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    private AccessLogTables(String url) {
        this.url = url;
    }

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "define" -> new AccessLogTables(arguments[1]).define(hits(Path.of(arguments[2])));
            case "keyed" -> {
                try (var out = new PrintWriter(Files.newBufferedWriter(Path.of(arguments[2])))) {
                    for (Hit each : hits(Path.of(arguments[1]))) out.print(each.client + "\t" + each.line + "\n");
                }
            }
            case "compare" -> new AccessLogTables(arguments[1]).compare(hits(Path.of(arguments[2])));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }

    private static List<Hit> hits(Path file) throws Exception {
        var all = new ArrayList<Hit>();
        for (String line : Files.readAllLines(file)) {
            Matcher found = LINE.matcher(line);
            if (!found.matches()) continue;
            long at = Instant.from(TIME.parse(found.group(2))).toEpochMilli();
            all.add(new Hit(found.group(1), at, found.group(3), Integer.parseInt(found.group(4)), line));
        }
        return all;
    }

    private static String network(String client) {
        return client.substring(0, client.indexOf('.'));
    }

    private String post(String path, String field, String text) throws Exception {
        String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"");
        String properties = field.equals("ksql") ? "streamsProperties" : "properties";
        String body = "{\"" + field + "\": \"" + quoted + "\", \"" + properties
                + "\": {\"auto.offset.reset\": \"earliest\", \"ksql.query.pull.table.scan.enabled\": \"true\"}}";
        var response = http.send(
                HttpRequest.newBuilder(URI.create(url + path)).POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IllegalStateException(text + ": " + response.body());
        return response.body();
    }

    private void define(List<Hit> hits) throws Exception {
        post("/ksql", "ksql", """
                CREATE STREAM log (client STRING KEY, line STRING) WITH (KAFKA_TOPIC='log', FORMAT='KAFKA', PARTITIONS=3);
                CREATE TABLE clients (client STRING PRIMARY KEY, network STRING)
                  WITH (KAFKA_TOPIC='clients', VALUE_FORMAT='JSON', PARTITIONS=3);""".replace("\n", " "));
        var clients = new TreeSet<String>();
        for (Hit each : hits) clients.add(each.client);
        var insert = new StringBuilder();
        int count = 0;
        for (String each : clients) {
            // Of a time before all lines: a join takes the records of both sides in the order of their times.
            insert.append("INSERT INTO clients (ROWTIME, client, network) VALUES (1000, '")
                    .append(each).append("', '").append(network(each)).append("'); ");
            if (++count % 400 == 0) {
                post("/ksql", "ksql", insert.toString());
                insert.setLength(0);
            }
        }
        post("/ksql", "ksql", insert + " SHOW STREAMS;");
        post("/ksql", "ksql", """
                CREATE STREAM hits WITH (VALUE_FORMAT='JSON', TIMESTAMP='AT') AS SELECT client,
                  PARSE_TIMESTAMP(REGEXP_EXTRACT('[[]([^]]+)[]]', line, 1), 'dd/MMM/yyyy:HH:mm:ss Z') AS at,
                  REGEXP_EXTRACT('"[A-Z]+ ([^ "]+)', line, 1) AS page,
                  CAST(REGEXP_EXTRACT('" ([0-9]{3}) ', line, 1) AS INT) AS status FROM log;
                CREATE TABLE errors AS SELECT client, COUNT(*) AS n FROM hits
                  WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 20 DAYS) WHERE status >= 400 GROUP BY client;
                CREATE TABLE sessions AS SELECT client, COUNT(*) AS n FROM hits
                  WINDOW SESSION (30 MINUTES, GRACE PERIOD 20 DAYS) GROUP BY client;
                CREATE TABLE pages AS SELECT page, COUNT(*) AS n FROM hits GROUP BY page;
                CREATE STREAM known AS SELECT hits.client AS client, clients.network AS network
                  FROM hits LEFT JOIN clients ON hits.client = clients.client;
                CREATE TABLE networks AS SELECT network, COUNT(*) AS n FROM known GROUP BY network;"""
                .replace("\n", " "));
    }

    private void compare(List<Hit> hits) throws Exception {
        same("SELECT page, n FROM pages;", counted(hits, each -> "\"" + each.page + "\""));
        same("SELECT network, n FROM networks;", counted(hits, each -> "\"" + network(each.client) + "\""));
        var errors = new ArrayList<Hit>();
        for (Hit each : hits) if (each.status >= 400) errors.add(each);
        same(
                "SELECT client, WINDOWSTART, n FROM errors;",
                counted(errors, each -> "\"" + each.client + "\"," + each.at / MINUTE_MS * MINUTE_MS));
        same("SELECT client, WINDOWSTART, WINDOWEND, n FROM sessions;", sessions(hits));
        System.out.println(hits.size() + " lines: pages, networks, errors per minute and client, and sessions are equal to"
                + " the computation over the file");
    }

    private interface Key {
        String of(Hit hit);
    }

    private static TreeSet<String> counted(List<Hit> hits, Key key) {
        Map<String, Integer> counts = new HashMap<>();
        for (Hit each : hits) counts.merge(key.of(each), 1, Integer::sum);
        var rows = new TreeSet<String>();
        counts.forEach((name, count) -> rows.add("[" + name + "," + count + "]"));
        return rows;
    }

    private static TreeSet<String> sessions(List<Hit> hits) {
        var times = new TreeMap<String, List<Long>>();
        for (Hit each : hits) times.computeIfAbsent(each.client, _ -> new ArrayList<>()).add(each.at);
        var rows = new TreeSet<String>();
        times.forEach((client, all) -> {
            all.sort(null);
            int first = 0;
            for (int i = 1; i <= all.size(); i++) {
                if (i < all.size() && all.get(i) - all.get(i - 1) <= GAP_MS) continue;
                rows.add("[\"" + client + "\"," + all.get(first) + "," + all.get(i - 1) + "," + (i - first) + "]");
                first = i;
            }
        });
        return rows;
    }

    private void same(String select, TreeSet<String> expected) throws Exception {
        long end = System.nanoTime() + WAIT_NANOS;
        TreeSet<String> found = new TreeSet<>();
        while (System.nanoTime() < end) {
            found.clear();
            post("/query-stream", "sql", select).lines().skip(1).forEach(found::add);
            if (found.equals(expected)) return;
            Thread.sleep(1_000);
        }
        var missing = new TreeSet<>(expected);
        missing.removeAll(found);
        found.removeAll(expected);
        System.err.println("FAIL: " + select + " " + missing.size() + " rows missing, as "
                + missing.stream().limit(3).toList() + "; " + found.size() + " rows too many, as "
                + found.stream().limit(3).toList());
        System.exit(1);
    }
}
