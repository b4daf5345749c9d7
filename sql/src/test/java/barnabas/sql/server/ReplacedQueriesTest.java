package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// CREATE OR REPLACE of queries that keep state.
@Timeout(120)
class ReplacedQueriesTest {
    @TempDir
    static Path data;

    private static Barnabas broker;
    private static SqlService service;

    @BeforeAll
    static void start() throws Exception {
        broker = SqlNode.start(data);
        service = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", new Properties());
    }

    @AfterAll
    static void end() {
        service.close();
        broker.close();
    }

    private static HttpResponse<String> post(String path, String field, String text) throws Exception {
        return SqlNode.post(service, path, field, text);
    }

    private static void run(String statements) throws Exception {
        HttpResponse<String> response = post("/ksql", "ksql", statements);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static void refused(String statement, String reason) throws Exception {
        HttpResponse<String> response = post("/ksql", "ksql", statement);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.body()).contains(reason);
    }

    private static List<String> rows(String select) throws Exception {
        HttpResponse<String> response = post("/query-stream", "sql", select);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body().lines().skip(1).toList();
    }

    /// Inserts rows of the value 50 until the new query, which has the column M, has counted one of them.
    ///
    /// @return number of these rows
    private static int insertedUntilReplaced(String stream, String table) throws Exception {
        for (int i = 1; ; i++) {
            run("INSERT INTO " + stream + " VALUES ('d', 'x', 50);");
            if (rows("SELECT m FROM " + table + " WHERE g = 'x';").stream().noneMatch("[null]"::equals)) return i;
        }
    }

    @Test
    void anAggregationGoesOnWithAnotherFilter() throws Exception {
        run("CREATE STREAM s (k STRING KEY, g STRING, v INT)"
                + " WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);"
                + "INSERT INTO s VALUES ('a', 'x', 1); INSERT INTO s VALUES ('b', 'x', 2);"
                + "CREATE TABLE t AS SELECT g, COUNT(*) AS n FROM s WHERE v > 0 GROUP BY g;");
        assertThat(rows("SELECT * FROM t WHERE n > 1 EMIT CHANGES LIMIT 1;")).containsExactly("[\"x\",2]");
        run("CREATE OR REPLACE TABLE t AS SELECT g, COUNT(*) AS n, COUNT(*) * 10 AS m FROM s WHERE v > 10 GROUP BY g;");
        int more = insertedUntilReplaced("s", "t");
        run("INSERT INTO s VALUES ('c', 'x', 5); INSERT INTO s VALUES ('d', 'x', 50);");
        assertThat(rows("SELECT * FROM t WHERE n > " + (more + 2) + " EMIT CHANGES LIMIT 1;"))
                .containsExactly("[\"x\"," + (more + 3) + "," + (more + 3) * 10 + "]");
        refused(
                "CREATE OR REPLACE TABLE t AS SELECT g, COUNT(*) AS n, SUM(v) AS m FROM s WHERE v > 1 GROUP BY g;",
                "Cannot");
    }

    @Test
    void anAggregationGoesOnWithAFilterMore() throws Exception {
        run("CREATE STREAM p (k STRING KEY, g STRING, v INT)"
                + " WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON', PARTITIONS=1);"
                + "INSERT INTO p VALUES ('a', 'x', 1); INSERT INTO p VALUES ('b', 'x', 2);"
                + "CREATE TABLE q AS SELECT g, SUM(v) AS n FROM p GROUP BY g;");
        assertThat(rows("SELECT * FROM q WHERE n > 2 EMIT CHANGES LIMIT 1;")).containsExactly("[\"x\",3]");
        run("CREATE OR REPLACE TABLE q AS SELECT g, SUM(v) AS n, SUM(v) * 2 AS m FROM p WHERE v > 10 GROUP BY g;");
        int sum = 3 + 50 * insertedUntilReplaced("p", "q");
        run("INSERT INTO p VALUES ('c', 'x', 5); INSERT INTO p VALUES ('d', 'x', 50);");
        assertThat(rows("SELECT * FROM q WHERE n > " + sum + " EMIT CHANGES LIMIT 1;"))
                .containsExactly("[\"x\"," + (sum + 50) + "," + (sum + 50) * 2 + "]");
    }

    @Test
    void aFilteredTableGoesOnWithAnotherFilter() throws Exception {
        run("CREATE TABLE u (k STRING PRIMARY KEY, v INT) WITH (KAFKA_TOPIC='u', VALUE_FORMAT='JSON', PARTITIONS=1);"
                + "INSERT INTO u VALUES ('a', 1);"
                + "CREATE TABLE w AS SELECT k, v + 1 AS v FROM u WHERE v > 0;");
        assertThat(rows("SELECT * FROM w WHERE v > 0 EMIT CHANGES LIMIT 1;")).containsExactly("[\"a\",2]");
        run("CREATE OR REPLACE TABLE w AS SELECT k, v + 100 AS v FROM u WHERE v > 5;");
        int value = 6;
        do {
            run("INSERT INTO u VALUES ('b', " + ++value + ");");
        } while (rows("SELECT v FROM w WHERE k = 'b' AND v > 100;").isEmpty());
        run("INSERT INTO u VALUES ('b', 3); INSERT INTO u VALUES ('c', 1000);");
        assertThat(rows("SELECT * FROM w WHERE v > 1000 EMIT CHANGES LIMIT 1;")).containsExactly("[\"c\",1100]");
        assertThat(rows("SELECT * FROM w WHERE k = 'b';")).isEmpty();
    }
}
