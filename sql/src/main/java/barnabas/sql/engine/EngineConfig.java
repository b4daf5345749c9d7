package barnabas.sql.engine;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Settings of a server's engine.
///
/// @param serviceId `ksql.service.id`; servers with the same one share their definitions and their work
/// @param member name of this server among those of the service, the same after a restart
/// @param client settings of the cluster's clients, with `bootstrap.servers`
/// @param streams settings of queries (`ksql.streams.*`, without that prefix)
/// @param directory for the files of queries
/// @param diskState state in RocksDB below `directory`; else in memory
public record EngineConfig(
        String serviceId,
        String member,
        Map<String, Object> client,
        Map<String, String> streams,
        Path directory,
        boolean diskState) {
    public EngineConfig {
        client = Map.copyOf(client);
        streams = Map.copyOf(streams);
    }

    public String definitionsTopic() {
        return "_barnabas-sql-" + serviceId + "definitions";
    }

    /// Topic of records that queries could not read, and why.
    public String badRecordsTopic() {
        return serviceId + "ksql_processing_log";
    }

    /// The application of a query; its group and its internal topics begin with it.
    public String application(String query) {
        return "_confluent-ksql-" + serviceId + "query_" + query;
    }

    public Map<String, Object> clientWith(Map<String, Object> more) {
        var all = new HashMap<>(client);
        all.putAll(more);
        return all;
    }
}
