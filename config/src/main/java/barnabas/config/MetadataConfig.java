package barnabas.config;

import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.Values;
import java.util.ArrayList;
import java.util.List;

/// The metadata log, the quorum that keeps it and the brokers' registration with the controller.
public record MetadataConfig(MetadataLog log, Quorum quorum, Registration registration, Unstable unstable) {
    /// `__cluster_metadata`
    public record MetadataLog(
            int segmentBytes,
            long segmentMillis,
            long retentionBytesMax,
            long retentionMillisMax,
            long recordBytesBetweenSnapshotsMax,
            long snapshotIntervalMillisMax,
            int idleIntervalMillisMax,
            int batchBytesMax) {}

    /// KRaft (KIP-595, KIP-853).
    ///
    /// @param appendLingerMillis 0 where it is not set, unlike Kafka: a change is written at once
    public record Quorum(
            List<Voter> voters,
            List<HostAndPort> bootstrapServers,
            boolean autoJoin,
            int electionTimeoutMillis,
            int electionBackoffMillisMax,
            int fetchTimeoutMillis,
            int fetchBytesMax,
            int fetchSnapshotBytesMax,
            int requestTimeoutMillis,
            int retryBackoffMillis,
            int appendLingerMillis) {}

    /// A static voter.
    public record Voter(int id, HostAndPort address) {}

    public record Registration(
            int heartbeatIntervalMillis,
            int sessionTimeoutMillis,
            int initialTimeoutMillis,
            int controllerSocketTimeoutMillis,
            long startupMillisMax) {}

    /// Versions that Kafka has not released yet.
    public record Unstable(boolean apiVersions, boolean featureVersions) {}

    private static final String LINGER = "controller.quorum.append.linger.ms";

    static MetadataConfig of(Values values) {
        return new MetadataConfig(
                new MetadataLog(
                        values.integer("metadata.log.segment.bytes"),
                        values.number("metadata.log.segment.ms"),
                        values.number("metadata.max.retention.bytes"),
                        values.number("metadata.max.retention.ms"),
                        values.number("metadata.log.max.record.bytes.between.snapshots"),
                        values.number("metadata.log.max.snapshot.interval.ms"),
                        values.integer("metadata.max.idle.interval.ms"),
                        values.integer("internal.metadata.max.batch.size.in.bytes")),
                quorum(values),
                new Registration(
                        values.integer("broker.heartbeat.interval.ms"),
                        values.integer("broker.session.timeout.ms"),
                        values.integer("initial.broker.registration.timeout.ms"),
                        values.integer("controller.socket.timeout.ms"),
                        values.number("server.max.startup.time.ms")),
                new Unstable(
                        values.flag("unstable.api.versions.enable"), values.flag("unstable.feature.versions.enable")));
    }

    private static Quorum quorum(Values values) {
        return new Quorum(
                voters(values),
                addresses(values.list("controller.quorum.bootstrap.servers")),
                values.flag("controller.quorum.auto.join.enable"),
                values.integer("controller.quorum.election.timeout.ms"),
                values.integer("controller.quorum.election.backoff.max.ms"),
                values.integer("controller.quorum.fetch.timeout.ms"),
                values.integer("controller.quorum.fetch.max.bytes"),
                values.integer("controller.quorum.fetch.snapshot.max.bytes"),
                values.integer("controller.quorum.request.timeout.ms"),
                values.integer("controller.quorum.retry.backoff.ms"),
                values.isGiven(LINGER) ? values.integer(LINGER) : 0);
    }

    static List<Voter> voters(Values values) {
        var voters = new ArrayList<Voter>();
        for (String text : values.list("controller.quorum.voters")) voters.add(voter(text));
        return List.copyOf(voters);
    }

    private static List<HostAndPort> addresses(List<String> texts) {
        var addresses = new ArrayList<HostAndPort>();
        for (String text : texts) addresses.add(address(text));
        return List.copyOf(addresses);
    }

    private static Voter voter(String text) {
        int at = text.indexOf('@');
        return new Voter(Integer.parseInt(text.substring(0, at)), address(text.substring(at + 1)));
    }

    private static HostAndPort address(String text) {
        HostAndPort address = HostAndPort.parse(text);
        if (address == null) throw new IllegalStateException("bug: not validated: " + text);
        return address;
    }
}
