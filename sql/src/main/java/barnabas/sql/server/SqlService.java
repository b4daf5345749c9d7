package barnabas.sql.server;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.sql.access.ClusterLogins;
import barnabas.sql.access.Logins;
import barnabas.sql.connect.Connectors;
import barnabas.sql.engine.EngineConfig;
import barnabas.sql.engine.Inserts;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.extensions.Extensions;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.reading.Reading;
import barnabas.sql.registry.RegistryClient;
import barnabas.sql.registry.RegistryFormats;
import barnabas.sql.rest.RequestGate;
import barnabas.sql.rest.RestServer;
import barnabas.sql.rest.RestService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A running service: engine, queries of those who ask, REST.
public final class SqlService implements AutoCloseable {
    private final Place place;
    private final SqlEngine engine;
    private final Reading reading;
    private final Inserts inserts;
    private final @Nullable Connectors connectors;
    private final RestServer rest;

    /// @param directory for the state of queries
    private record Place(ServiceConfig config, Path directory, Extensions extensions) {}

    private SqlService(
            Place place,
            SqlEngine engine,
            Reading reading,
            Inserts inserts,
            @Nullable Connectors connectors,
            RestServer rest) {
        this.connectors = connectors;
        this.place = place;
        this.engine = engine;
        this.reading = reading;
        this.inserts = inserts;
        this.rest = rest;
    }

    /// @param bootstrap brokers; null for those of the settings
    /// @param rest `HOST:PORT`; port 0 for any free one
    /// @throws IllegalArgumentException when a setting is wrong
    public static SqlService start(@Nullable String bootstrap, String rest, Properties file)
            throws IOException, InterruptedException {
        ServiceConfig config = ServiceConfig.of(bootstrap, rest, file);
        if (config.diskState()) requireRocksDb();
        Clock clock = Clock.SYSTEM;
        Threads threads = Threads.SYSTEM;
        FunctionRegistry standard = StandardFunctions.registry(
                clock::millis, RandomGenerator.getDefault(), StandardFunctions.Limits.DEFAULT);
        Extensions extensions = Extensions.of(config.session(), standard);
        Path given = config.stateDirectory();
        Path directory = given == null ? Files.createTempDirectory("barnabas-sql-") : Files.createDirectories(given);
        // Its own port makes a server the same one after a restart: its partitions come back to it at once.
        String member = config.port() == 0 ? "" : config.host().replace(':', '.') + "-" + config.port();
        var engine = new SqlEngine(
                new EngineConfig(
                        config.serviceId(), member, config.client(), config.streams(), directory, config.diskState()),
                extensions.with(standard),
                config.registry() == null ? null : new RegistryFormats(new RegistryClient(config.registry())),
                clock,
                threads);
        String run = Long.toHexString(clock.millis());
        var reading = new Reading(engine, clock, threads, run, config.viewBytesMax());
        var inserts = new Inserts(config.client(), engine.codecs());
        Connectors connectors = config.connect() == null ? null : new Connectors(config.connect());
        var server = new RestServer(
                config.host(),
                config.port(),
                config.access().tls(),
                RestService.routes(
                        engine,
                        reading,
                        inserts,
                        clock,
                        connectors,
                        new RestService.Entrance(
                                config.host() + ":" + config.port(),
                                gate(config, engine.config(), clock),
                                config.session())),
                threads);
        var place = new Place(config, directory, extensions);
        var service = new SqlService(place, engine, reading, inserts, connectors, server);
        try {
            engine.open();
            server.start();
        } catch (IOException | RuntimeException | InterruptedException | Error e) {
            service.close();
            throw e;
        }
        return service;
    }

    private static RequestGate gate(ServiceConfig config, EngineConfig engine, Clock clock) {
        AccessConfig access = config.access();
        String mechanism = access.mechanism();
        Logins logins = mechanism == null
                ? Logins.NONE
                : new ClusterLogins(config.client(), mechanism, engine.definitionsTopic(), clock);
        var hosts = new ArrayList<>(access.hosts());
        hosts.add(config.host());
        return new RequestGate(hosts, logins, access.open());
    }

    private static void requireRocksDb() {
        try {
            Class.forName("org.rocksdb.RocksDB", false, SqlService.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "barnabas.sql.state=rocksdb needs the jar of org.rocksdb:rocksdbjni:10.1.3, which 'barnabas sql server' fetches, or in the "
                            + "folder of the jars of 'barnabas sql'",
                    e);
        }
    }

    public String url() {
        return (place.config().access().tls() == null ? "http://" : "https://")
                + place.config().host() + ":" + rest.port();
    }

    /// Definitions that were found at the start, for a line of output.
    public Map<String, Integer> counts() {
        return Map.of(
                "queries", engine.state().queries().size(),
                "sources", engine.state().sources().size());
    }

    /// Push and pull queries that are open.
    int openQueries() {
        return reading.queries().size();
    }

    String definitionsTopic() {
        return engine.config().definitionsTopic();
    }

    /// Functions of jars.
    Extensions extensions() {
        return place.extensions();
    }

    @Override
    public void close() {
        reading.close();
        rest.close();
        engine.close();
        engine.registry().ifPresent(each -> each.client().close());
        inserts.close();
        if (connectors != null) connectors.close();
        if (place.config().stateDirectory() == null) delete(place.directory());
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(each);
        } catch (IOException e) {
            directory.toFile().deleteOnExit();
        }
    }
}
