package barnabas.sql.rest;

import barnabas.base.Clock;
import barnabas.sql.answers.Descriptions;
import barnabas.sql.answers.Inquiries;
import barnabas.sql.engine.Inserts;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.reading.Reading;
import java.util.Map;

/// The paths of a service over its engine.
public final class RestService {
    private RestService() {}

    /// @param address of this server, as it shows itself
    /// @param defaults properties of sessions that a request does not name
    public static Routes routes(
            SqlEngine engine,
            Reading reading,
            Inserts inserts,
            Clock clock,
            String address,
            RequestGate gate,
            Map<String, String> defaults) {
        var requests = new Requests(engine, defaults);
        var statuses = new CommandStatuses();
        var inquiries = new Inquiries(engine, reading, new Descriptions(engine, address));
        return new Routes(
                gate,
                new StatementRoute(engine, requests, inserts, inquiries, statuses),
                new QueryRoute(reading, requests, new PrintRoute(engine)),
                new InsertsRoute(engine, inserts),
                new ServerRoutes(engine, statuses, clock, address));
    }
}
