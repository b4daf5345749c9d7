package barnabas.sql.rest;

import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.StuckProblem;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Paths of the service.
public final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final StatementRoute statements;
    private final QueryRoute queries;
    private final InsertsRoute inserts;
    private final ServerRoutes server;
    private final RequestGate gate;

    Routes(RequestGate gate, StatementRoute statements, QueryRoute queries, InsertsRoute inserts, ServerRoutes server) {
        this.gate = gate;
        this.statements = statements;
        this.queries = queries;
        this.inserts = inserts;
        this.server = server;
    }

    void answer(Exchange exchange) throws IOException, InterruptedException {
        try {
            exchange.allow(gate.check(exchange));
            route(exchange);
        } catch (RestProblem e) {
            exchange.send(e);
        } catch (SqlProblem | StuckProblem e) {
            exchange.send(new RestProblem(RestProblem.BAD_STATEMENT, String.valueOf(e.getMessage())));
        } catch (KafkaException e) {
            LOG.warn("{} {} failed", exchange.method(), exchange.path(), e);
            exchange.send(new RestProblem(RestProblem.SERVER_ERROR, "The cluster did not do it: " + e.getMessage()));
        }
    }

    private void route(Exchange exchange) throws IOException, InterruptedException {
        String path = exchange.path();
        boolean post = exchange.method().equals("POST");
        switch (path) {
            case "/ksql" -> statements.answer(posted(exchange));
            case "/query" -> queries.query(posted(exchange));
            case "/query-stream" -> queries.queryStream(posted(exchange));
            case "/close-query" -> queries.close(posted(exchange));
            case "/inserts-stream" -> inserts.answer(changing(exchange));
            case "/ksql/terminate" -> statements.terminate(changing(exchange));
            default -> {
                if (post || !exchange.method().equals("GET")) throw unknown(path);
                if (!server.answered(exchange)) throw unknown(path);
            }
        }
    }

    private static RestProblem unknown(String path) {
        return new RestProblem(RestProblem.NOT_FOUND, "Path " + path + " not found");
    }

    private static Exchange changing(Exchange exchange) {
        posted(exchange).requireChanges();
        return exchange;
    }

    private static Exchange posted(Exchange exchange) {
        if (exchange.isOfAnotherSite())
            throw new RestProblem(RestProblem.FORBIDDEN, "The request comes from a page of another site");
        if (exchange.method().equals("POST")) return exchange;
        throw new RestProblem(40_500, exchange.path() + " takes POST, not " + exchange.method());
    }
}
