package barnabas.sql.rest;

import barnabas.base.Clock;
import barnabas.sql.answers.Descriptions;
import barnabas.sql.answers.Inquiries;
import barnabas.sql.connect.Connectors;
import barnabas.sql.engine.Inserts;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.reading.Reading;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The paths of a service over its engine.
public final class RestService {
    private RestService() {}

    /// Entrance of requests.
    ///
    /// @param address of this server, as it shows itself
    /// @param defaults properties of sessions that a request does not name
    public record Entrance(String address, RequestGate gate, Map<String, String> defaults) {}

    /// @param connectors null without Connect
    public static Routes routes(
            SqlEngine engine,
            Reading reading,
            Inserts inserts,
            Clock clock,
            @Nullable Connectors connectors,
            Entrance entrance) {
        var requests = new Requests(engine, entrance.defaults());
        var statuses = new CommandStatuses();
        var inquiries = new Inquiries(engine, reading, new Descriptions(engine, entrance.address()));
        return new Routes(
                entrance.gate(),
                new StatementRoute(
                        engine, requests, inserts, inquiries, new OutsideRoute(engine, connectors, clock), statuses),
                new QueryRoute(reading, requests, new PrintRoute(engine)),
                new InsertsRoute(engine, inserts),
                new ServerRoutes(engine, statuses, clock, entrance.address()));
    }
}
