package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pull queries that join or aggregate, at a service with little memory for them.
@Timeout(120)
class PullQueriesTest {
    @TempDir
    static Path data;

    @TempDir
    static Path state;

    private static Barnabas broker;
    private static SqlService service;

    @BeforeAll
    static void start() throws Exception {
        broker = SqlNode.start(data);
        var settings = new Properties();
        settings.setProperty("barnabas.sql.view.bytes", "4000");
        settings.setProperty("ksql.streams.state.dir", state.toString());
        service = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", settings);
        run("CREATE STREAM clicks (client STRING KEY, page STRING, ms INT)"
                + " WITH (KAFKA_TOPIC='clicks', VALUE_FORMAT='JSON', PARTITIONS=3);"
                + "CREATE TABLE clients (client STRING PRIMARY KEY, country STRING)"
                + " WITH (KAFKA_TOPIC='clients', VALUE_FORMAT='JSON', PARTITIONS=3);"
                + "INSERT INTO clients (ROWTIME, client, country) VALUES (1, 'a', 'fr');"
                + "INSERT INTO clients (ROWTIME, client, country) VALUES (1, 'b', 'fr');"
                + "INSERT INTO clients (ROWTIME, client, country) VALUES (50, 'b', 'de');"
                + "INSERT INTO clicks (ROWTIME, client, page, ms) VALUES (10, 'a', '/x', 5);"
                + "INSERT INTO clicks (ROWTIME, client, page, ms) VALUES (20, 'b', '/y', 7);"
                + "INSERT INTO clicks (ROWTIME, client, page, ms) VALUES (60, 'b', '/x', 9);"
                + "INSERT INTO clicks (ROWTIME, client, page, ms) VALUES (1070, 'c', '/x', 1);");
    }

    @AfterAll
    static void end() {
        service.close();
        broker.close();
    }

    private static HttpResponse<String> post(String path, String field, String text, boolean scans) throws Exception {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put(field, text);
        if (scans) node.putObject("properties").put("ksql.query.pull.table.scan.enabled", "true");
        return SqlNode.post(service, path, node);
    }

    private static void run(String statements) throws Exception {
        HttpResponse<String> response = post("/ksql", "ksql", statements, false);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static List<String> rows(String select) throws Exception {
        HttpResponse<String> response = post("/query-stream", "sql", select, true);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().lines().skip(1).toList();
    }

    private static void refused(String select, String reason) throws Exception {
        HttpResponse<String> response = post("/query-stream", "sql", select, false);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(reason);
    }

    @Test
    void queriesThatDifferByTheirKeyGetTheRowsOfTheirOwn() throws Exception {
        run(
                "CREATE TABLE keyed (id BIGINT PRIMARY KEY, v INT) WITH (KAFKA_TOPIC='keyed', VALUE_FORMAT='JSON', PARTITIONS=1);"
                        + "INSERT INTO keyed VALUES (1, 10); INSERT INTO keyed VALUES (2, 20); INSERT INTO keyed VALUES (7, 70);");
        for (int round = 0; round < 2; round++) {
            assertThat(rows("SELECT v FROM keyed WHERE id = 1;")).containsExactly("[10]");
            assertThat(rows("SELECT v FROM keyed WHERE id = 2;")).containsExactly("[20]");
            assertThat(rows("SELECT v FROM keyed WHERE id = 3;")).isEmpty();
            assertThat(rows("SELECT v FROM keyed WHERE id = 1 LIMIT 1;")).containsExactly("[10]");
            assertThat(rows("SELECT v FROM keyed WHERE id = 1 LIMIT 2;")).containsExactly("[10]");
            assertThat(rows("SELECT v FROM keyed WHERE id = 1 LIMIT 7;")).containsExactly("[10]");
            assertThat(rows("SELECT country FROM clients WHERE client = 'a';")).containsExactly("[\"fr\"]");
            assertThat(rows("SELECT country FROM clients WHERE client = 'b';")).containsExactly("[\"de\"]");
            assertThat(rows("SELECT country FROM clients WHERE client = 'a' -- 'b'\n;"))
                    .containsExactly("[\"fr\"]");
            assertThat(rows("SELECT country FROM clients WHERE client = 'b''';"))
                    .isEmpty();
        }
        // What the table is now counts, not what it was.
        run("DROP TABLE keyed;"
                + "CREATE TABLE keyed (id BIGINT PRIMARY KEY, w INT) WITH (KAFKA_TOPIC='keyed', VALUE_FORMAT='JSON');");
        refused("SELECT v FROM keyed WHERE id = 1;", "V");
    }

    @Test
    void groupsAreThoseOfTheWholeTopic() throws Exception {
        assertThat(rows("SELECT page, COUNT(*) AS n, SUM(ms) AS total FROM clicks GROUP BY page;"))
                .containsExactlyInAnyOrder("[\"/x\",3,15]", "[\"/y\",1,7]");
        assertThat(rows("SELECT page, COUNT(*) AS n FROM clicks WHERE ms > 4 GROUP BY page HAVING COUNT(*) > 1;"))
                .containsExactly("[\"/x\",2]");
        assertThat(
                        rows(
                                "SELECT page, WINDOWSTART, COUNT(*) FROM clicks WINDOW TUMBLING (SIZE 1 SECOND) GROUP BY page;"))
                .containsExactlyInAnyOrder("[\"/x\",0,2]", "[\"/y\",0,1]", "[\"/x\",1000,1]");
        assertThat(rows("SELECT country, COUNT(*) AS n FROM clients GROUP BY country;"))
                .containsExactlyInAnyOrder("[\"fr\",1]", "[\"de\",1]");
        assertThat(rows("SELECT page, COUNT(*) AS n FROM clicks GROUP BY page LIMIT 1;"))
                .hasSize(1);
    }

    /// Each click meets the client's row of its time.
    @Test
    void joinsTakeRecordsInTheOrderOfTheirTimes() throws Exception {
        assertThat(rows("SELECT c.client, page, country FROM clicks c JOIN clients t ON c.client = t.client;"))
                .containsExactly("[\"a\",\"/x\",\"fr\"]", "[\"b\",\"/y\",\"fr\"]", "[\"b\",\"/x\",\"de\"]");
        assertThat(rows("SELECT c.client, page, country FROM clicks c LEFT JOIN clients t ON c.client = t.client;"))
                .hasSize(4)
                .contains("[\"c\",\"/x\",null]");
        assertThat(rows("SELECT country, COUNT(*) AS n FROM clicks c JOIN clients t ON c.client = t.client"
                        + " GROUP BY country;"))
                .containsExactlyInAnyOrder("[\"fr\",2]", "[\"de\",1]");
        try (Stream<Path> left = Files.list(state)) {
            assertThat(left).as("files of queries that have ended").isEmpty();
        }
        assertThat(rows("SELECT c.client, c.page, d.page FROM clicks c JOIN clicks d WITHIN 100 MILLISECONDS"
                        + " ON c.page = d.page WHERE c.ms < d.ms;"))
                .containsExactly("[\"a\",\"/x\",\"/x\"]");
    }

    /// Three groups of small records, whose rows are larger than what the service keeps.
    @Test
    void rowsOfTheResultCountAsTheyAre() throws Exception {
        String select = "SELECT client, LPAD('x', 3000, 'y') AS wide, COUNT(*) AS n FROM clicks GROUP BY client;";
        assertThat(post("/query-stream", "sql", select, true).body()).contains("barnabas.sql.view.bytes");
    }

    @Test
    void queriesWithoutBoundOrSenseAreRefused() throws Exception {
        refused("SELECT page FROM clicks PARTITION BY page;", "PARTITION BY");
        refused(
                "SELECT c.client, country FROM clicks c JOIN clients t ON c.client = t.client;",
                "ksql.query.pull.table.scan.enabled");
        refused("SELECT page, MAX(ROWOFFSET) FROM clicks GROUP BY page;", "ROWOFFSET");
    }

    /// Queries that differ by their key alone are analysed once.
    @Test
    void preparedQueriesAnswerAsOthersDo() throws Exception {
        run("CREATE TABLE towns (id STRING PRIMARY KEY, name STRING, n INT)"
                + " WITH (KAFKA_TOPIC='towns', VALUE_FORMAT='JSON', PARTITIONS=3);"
                + "INSERT INTO towns VALUES ('a', 'Aix', 1); INSERT INTO towns VALUES ('b', 'Bex', 2);");
        for (int round = 0; round < 3; round++) {
            assertThat(rows("SELECT name FROM towns WHERE id = 'a';")).containsExactly("[\"Aix\"]");
            assertThat(rows("SELECT name FROM towns WHERE 'b' = towns.id;")).containsExactly("[\"Bex\"]");
            assertThat(rows("SELECT name FROM towns WHERE id = 'c';")).isEmpty();
            assertThat(rows("SELECT name FROM towns WHERE name = 'Bex';")).containsExactly("[\"Bex\"]");
            assertThat(rows("SELECT name FROM towns WHERE id = 'a' AND n > 1;")).isEmpty();
            refused("SELECT name FROM towns WHERE id = 5;", "cannot be used to compare");
            refused("SELECT name FROM towns WHERE others.id = 'a';", "others");
            refused("SELECT name FROM towns WHERE id = NULL;", "NULL");
        }
        run("DROP TABLE towns; CREATE TABLE towns (id STRING PRIMARY KEY, n INT)"
                + " WITH (KAFKA_TOPIC='towns', VALUE_FORMAT='JSON');");
        refused("SELECT name FROM towns WHERE id = 'a';", "NAME");
        assertThat(rows("SELECT * FROM towns WHERE id = 'b';")).containsExactly("[\"b\",2]");
    }

    @Test
    void stateIsBounded() throws Exception {
        run("CREATE STREAM many (id INT KEY, v INT) WITH (KAFKA_TOPIC='many', VALUE_FORMAT='JSON', PARTITIONS=1);");
        var inserts = new StringBuilder();
        for (int i = 0; i < 20; i++)
            inserts.append("INSERT INTO many VALUES (")
                    .append(i)
                    .append(", ")
                    .append(i % 2)
                    .append(");");
        run(inserts.toString());
        assertThat(rows("SELECT v, COUNT(*) FROM many GROUP BY v;")).containsExactlyInAnyOrder("[0,10]", "[1,10]");
        assertThat(rows("SELECT id, COUNT(*) FROM many GROUP BY id;").toString())
                .contains("barnabas.sql.view.bytes");
    }

    /// A push query with groups goes on after the records that were there, over all partitions.
    @Test
    void groupsOfPushQueriesGoOn() throws Exception {
        run("CREATE STREAM steps (id INT KEY, v STRING) WITH (KAFKA_TOPIC='steps', VALUE_FORMAT='JSON', PARTITIONS=3);"
                + "INSERT INTO steps VALUES (1, 'a'); INSERT INTO steps VALUES (2, 'a');");
        String select = "SELECT v, COUNT(*) FROM steps GROUP BY v EMIT CHANGES LIMIT 4;";
        var answer = new FutureTask<>(
                () -> SqlNode.post(service, "/query-stream", "sql", select).body());
        Thread.startVirtualThread(answer);
        for (int i = 3; !answer.isDone(); i++) run("INSERT INTO steps VALUES (" + i + ", 'a');");
        assertThat(answer.get().lines().skip(1)).containsExactly("[\"a\",1]", "[\"a\",2]", "[\"a\",3]", "[\"a\",4]");
    }

    /// Places of records are those of the partitions, which one state for all of them does not know.
    @Test
    void groupsByPlacesAreThoseOfTheTopic() throws Exception {
        run(
                "CREATE STREAM placed (id INT KEY, v STRING) WITH (KAFKA_TOPIC='placed', VALUE_FORMAT='JSON', PARTITIONS=1);"
                        + "INSERT INTO placed VALUES (1, 'a'); INSERT INTO placed VALUES (2, 'b');");
        String select = "SELECT 'x', MAX(ROWOFFSET) FROM placed WHERE v = 'b' GROUP BY 'x' EMIT CHANGES LIMIT 1;";
        assertThat(SqlNode.post(service, "/query-stream", "sql", select)
                        .body()
                        .lines()
                        .skip(1))
                .containsExactly("[\"x\",1]");
    }

    @Test
    void stateOfPushQueriesIsBounded() throws Exception {
        run("CREATE STREAM plenty (id INT KEY, v INT) WITH (KAFKA_TOPIC='plenty', VALUE_FORMAT='JSON', PARTITIONS=1);");
        var inserts = new StringBuilder();
        for (int i = 0; i < 300; i++)
            inserts.append("INSERT INTO plenty VALUES (")
                    .append(i)
                    .append(", ")
                    .append(i % 2)
                    .append(");");
        run(inserts.toString());
        String few = "SELECT v, COUNT(*) FROM plenty GROUP BY v EMIT CHANGES LIMIT 300;";
        assertThat(SqlNode.post(service, "/query-stream", "sql", few).body()).contains("[0,150]", "[1,150]");
        String many = "SELECT id, COUNT(*) FROM plenty GROUP BY id EMIT CHANGES;";
        assertThat(SqlNode.post(service, "/query-stream", "sql", many).body()).contains("barnabas.sql.view.bytes");
    }
}
