package barnabas.sql.rest;

import barnabas.base.Clock;
import barnabas.sql.answers.Answers;
import barnabas.sql.engine.Outcome;
import barnabas.sql.engine.PropertyNames;
import barnabas.sql.engine.SqlEngine;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;

/// `/info`, `/healthcheck`, `/status`, `/clusterStatus`, `/is_valid_property`.
final class ServerRoutes {
    /// Release of ksqlDB whose documentation the service follows: clients compare it.
    private static final String VERSION = "0.29.0";

    private static final int WAIT_S = 5;

    private final SqlEngine engine;
    private final CommandStatuses statuses;
    private final Clock clock;
    private final String address;

    ServerRoutes(SqlEngine engine, CommandStatuses statuses, Clock clock, String address) {
        this.engine = engine;
        this.statuses = statuses;
        this.clock = clock;
        this.address = address;
    }

    /// @return false for an unknown path
    boolean answered(Exchange exchange) throws IOException, InterruptedException {
        String path = exchange.path();
        switch (path) {
            case "/", "/info" -> info(exchange);
            case "/healthcheck" -> health(exchange);
            case "/status" -> status(exchange);
            case "/clusterStatus" -> cluster(exchange);
            case "/v1/metadata" -> metadata(exchange);
            case "/v1/metadata/id" -> exchange.send(200, id(JsonNodeFactory.instance.objectNode()));
            default -> {
                if (path.startsWith("/status/")) statusOf(exchange, path.substring("/status/".length()));
                else if (path.startsWith("/is_valid_property/"))
                    property(exchange, path.substring("/is_valid_property/".length()));
                else return false;
            }
        }
        return true;
    }

    private String clusterId() throws InterruptedException {
        try {
            return engine.topics().admin().describeCluster().clusterId().get(WAIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the cluster does not answer: " + e.getMessage(), e);
        }
    }

    private void info(Exchange exchange) throws IOException, InterruptedException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.putObject("KsqlServerInfo")
                .put("version", VERSION)
                .put("kafkaClusterId", clusterId())
                .put("ksqlServiceId", engine.config().serviceId())
                .put("serverStatus", "RUNNING");
        exchange.send(200, node);
    }

    private ObjectNode id(ObjectNode node) throws InterruptedException {
        node.put("id", "");
        node.putObject("scope").putArray("path");
        ((ObjectNode) node.path("scope"))
                .putObject("clusters")
                .put("kafka-cluster", clusterId())
                .put("ksql-cluster", engine.config().serviceId());
        return node;
    }

    private void metadata(Exchange exchange) throws IOException, InterruptedException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("version", VERSION);
        node.set("clusterId", id(JsonNodeFactory.instance.objectNode()));
        exchange.send(200, node);
    }

    private void health(Exchange exchange) throws IOException, InterruptedException {
        boolean healthy;
        try {
            healthy = !clusterId().isEmpty();
        } catch (KafkaException e) {
            healthy = false;
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("isHealthy", healthy);
        ObjectNode details = node.putObject("details");
        details.putObject("metastore").put("isHealthy", true);
        details.putObject("kafka").put("isHealthy", healthy);
        details.putObject("commandRunner").put("isHealthy", true);
        node.put("serverState", "READY");
        exchange.send(healthy ? 200 : 503, node);
    }

    private void status(Exchange exchange) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode all = node.putObject("commandStatuses");
        for (Outcome.Done each : statuses.all()) all.put(each.command(), "SUCCESS");
        exchange.send(200, node);
    }

    private void statusOf(Exchange exchange, String command) throws IOException {
        String name = URLDecoder.decode(command.replace("+", "%2B"), StandardCharsets.UTF_8);
        Outcome.Done done = statuses.find(name)
                .orElseThrow(() -> new RestProblem(RestProblem.NOT_FOUND, "Command not found: " + name));
        exchange.send(200, Answers.status(JsonNodeFactory.instance.objectNode(), done));
    }

    private void cluster(Exchange exchange) throws IOException {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode host = node.putObject("clusterStatus").putObject(address);
        host.put("hostAlive", true);
        host.put("lastStatusUpdateMs", clock.millis());
        host.putObject("activeStandbyPerQuery");
        ObjectNode lags = host.putObject("hostStoreLags");
        lags.putObject("stateStoreLags");
        lags.put("updateTimeMs", clock.millis());
        exchange.send(200, node);
    }

    private static void property(Exchange exchange, String name) throws IOException {
        if (!PropertyNames.known(name))
            throw new RestProblem(
                    RestProblem.BAD_REQUEST,
                    "A property that the server does not know, or lets no request set: '" + name + "'"
                            + PropertyNames.hint(name));
        exchange.send(200, JsonNodeFactory.instance.booleanNode(true));
    }
}
