package barnabas.config;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.KeyTable;
import barnabas.config.keys.Synonyms;
import barnabas.config.keys.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Rules between broker settings that are valid one by one. The messages are Kafka's where Kafka has the rule.
final class BrokerRules {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int HIGHEST_CODEC = 4;

    private final Values values;
    private final Set<String> broken;
    private final List<String> problems = new ArrayList<>();

    private BrokerRules(Values values, Set<String> broken) {
        this.values = values;
        this.broken = broken;
    }

    /// @param broken names whose value could not be read; a rule that needs one of them is left out
    static List<String> problems(Values values, Set<String> broken) {
        var rules = new BrokerRules(values, broken);
        rules.identity();
        rules.nodeId();
        rules.quorum();
        rules.directories();
        rules.topicDefaults();
        rules.replication();
        rules.network();
        rules.security();
        rules.groups();
        return rules.problems;
    }

    private boolean readable(String... names) {
        for (String name : names) if (broken.contains(name)) return false;
        return true;
    }

    private void require(boolean holds, String problem) {
        if (!holds) problems.add(problem);
    }

    private void identity() {
        if (readable("node.id", "broker.id") && values.isGiven("broker.id") && values.isGiven("node.id"))
            require(
                    values.integer("node.id") == values.integer("broker.id"),
                    "`node.id` and `broker.id` must be set to the same value. `broker.id` is deprecated, please use "
                            + "`node.id` instead.");
    }

    private void nodeId() {
        if (!readable("node.id", "broker.id")) return;
        String problem = KeyTable.broker().key("node.id").problemWith(Integer.toString(NodeConfig.nodeId(values)));
        if (problem != null) problems.add(problem);
    }

    private void quorum() {
        if (!readable("node.id", "process.roles", "controller.quorum.voters", "controller.quorum.bootstrap.servers"))
            return;
        List<String> roles = values.list("process.roles");
        var voterIds = new ArrayList<Integer>();
        for (MetadataConfig.Voter voter : MetadataConfig.voters(values)) voterIds.add(voter.id());
        boolean controller = roles.contains("controller");
        int nodeId = NodeConfig.nodeId(values);
        if (voterIds.isEmpty())
            require(
                    controller
                            || !values.list("controller.quorum.bootstrap.servers")
                                    .isEmpty(),
                    "If process.roles contains just the 'broker' role, either controller.quorum.bootstrap.servers must "
                            + "contain the set of bootstrap controllers or controller.quorum.voters must contain a "
                            + "parseable set of controllers.");
        else if (controller)
            require(
                    voterIds.contains(nodeId),
                    "If process.roles contains the 'controller' role, the node id " + nodeId
                            + " must be included in the set of voters controller.quorum.voters=" + voterIds);
        else
            require(
                    !voterIds.contains(nodeId),
                    "If process.roles contains just the 'broker' role, the node id " + nodeId
                            + " must not be included in the set of voters controller.quorum.voters=" + voterIds);
    }

    private void directories() {
        if (!readable("log.dir", "log.dirs", "cordoned.log.dirs")) return;
        List<String> cordoned = values.list("cordoned.log.dirs");
        if (cordoned.contains("*")) {
            require(cordoned.size() == 1, "When cordoned.log.dirs is set to *, it must not contain other values");
            return;
        }
        var missing = new ArrayList<>(cordoned);
        missing.removeAll(StorageConfig.logDirs(values));
        require(
                missing.isEmpty(),
                "All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : "
                        + String.join(", ", missing));
    }

    /// A broker setting has a looser rule than the topic setting that inherits it; what a topic would get must be
    /// valid.
    private void topicDefaults() {
        if (readable("log.retention.ms", "log.retention.minutes", "log.retention.hours"))
            require(
                    !"0".equals(values.inherited("retention.ms")),
                    "log.retention.ms must be unlimited (-1) or, greater than or equal to 1");
        for (ConfigKey key : KeyTable.topic().keys()) {
            String source = null;
            for (Synonyms.Synonym synonym : Synonyms.ofTopic(key.name()))
                if (source == null && readable(synonym.name()) && values.isGiven(synonym.name()))
                    source = synonym.name();
            String inherited = source == null ? null : values.inherited(key.name());
            if (source == null || inherited == null || key.problemWith(inherited) == null) continue;
            // Kafka words two of them differently.
            String problem = switch (source) {
                case "log.roll.ms" -> "log.roll.ms must be greater than or equal to 1";
                case "log.roll.jitter.ms" -> "log.roll.jitter.ms must be greater than or equal to 0";
                default -> key.problemWith(source, inherited);
            };
            if (problem != null) problems.add(problem);
        }
        if (readable("log.cleaner.dedupe.buffer.size", "log.cleaner.threads"))
            require(
                    values.number("log.cleaner.dedupe.buffer.size") / Math.max(1, values.integer("log.cleaner.threads"))
                            > MEGABYTE,
                    "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.");
    }

    private void replication() {
        if (readable("replica.fetch.wait.max.ms", "replica.socket.timeout.ms"))
            require(
                    values.integer("replica.socket.timeout.ms") >= values.integer("replica.fetch.wait.max.ms"),
                    "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent "
                            + "unnecessary socket timeouts");
        if (readable("replica.fetch.wait.max.ms", "replica.lag.time.max.ms"))
            require(
                    values.integer("replica.fetch.wait.max.ms") <= values.number("replica.lag.time.max.ms"),
                    "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to "
                            + "prevent frequent changes in ISR");
    }

    private void network() {
        if (readable("queued.max.request.bytes", "socket.request.max.bytes")) {
            long queued = values.number("queued.max.request.bytes");
            require(
                    queued <= 0 || queued >= values.integer("socket.request.max.bytes"),
                    "queued.max.request.bytes must be larger or equal to socket.request.max.bytes");
        }
        if (readable("max.connections.per.ip", "max.connections.per.ip.overrides")) perIp();
        if (readable("connection.failed.authentication.delay.ms", "connections.max.idle.ms")) {
            long idle = values.number("connections.max.idle.ms");
            int delay = values.integer("connection.failed.authentication.delay.ms");
            require(
                    idle < 0 || delay < idle,
                    "connection.failed.authentication.delay.ms=" + delay + " should always be less than "
                            + "connections.max.idle.ms=" + idle + " to prevent failed authentication responses from "
                            + "timing out");
        }
    }

    private void perIp() {
        String overrides = values.string("max.connections.per.ip.overrides");
        require(
                values.integer("max.connections.per.ip") > 0 || !overrides.isEmpty(),
                "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.");
        for (String entry : ConfigKey.elements(overrides))
            require(
                    entry.matches(".+:\\s*\\d{1,9}"),
                    "Error parsing configuration property 'max.connections.per.ip.overrides': " + entry
                            + " is not of the form host:count");
    }

    private void security() {
        if (readable(
                        "sasl.mechanism.inter.broker.protocol",
                        "sasl.enabled.mechanisms",
                        "security.inter.broker.protocol")
                && values.string("security.inter.broker.protocol").startsWith("SASL"))
            require(
                    values.list("sasl.enabled.mechanisms")
                            .contains(values.string("sasl.mechanism.inter.broker.protocol")),
                    "sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL is used "
                            + "for inter-broker communication");
    }

    private void groups() {
        codec("offsets.topic.compression.codec");
        codec("share.coordinator.state.topic.compression.codec");
        if (readable("group.coordinator.rebalance.protocols"))
            require(
                    values.list("group.coordinator.rebalance.protocols").contains("classic"),
                    "Disabling the 'classic' protocol is not supported.");
        for (String kind : List.of("group.consumer.", "group.share.", "group.streams.")) {
            bounded(kind, "session.timeout.ms");
            bounded(kind, "heartbeat.interval.ms");
            bounded(kind, "assignment.interval.ms");
            lessThan(kind + "heartbeat.interval.ms", kind + "session.timeout.ms");
        }
        for (String name : List.of("record.lock.duration.ms", "delivery.count.limit", "partition.max.record.locks")) {
            atMost("group.share.min." + name, "group.share." + name, false);
            atMost("group.share." + name, "group.share.max." + name, false);
        }
        atMost("group.share.max.size", "group.share.max.share.sessions", false);
        atMost("group.streams.num.standby.replicas", "group.streams.max.standby.replicas", true);
        atMost("group.streams.num.warmup.replicas", "group.streams.max.warmup.replicas", true);
        atMost("group.streams.min.task.offset.interval.ms", "group.streams.task.offset.interval.ms", false);
        atMost("group.min.session.timeout.ms", "group.max.session.timeout.ms", false);
        assignors("group.consumer.assignors", Set.of("uniform", "range"), "UniformAssignor", "RangeAssignor");
        assignors("group.share.assignors", Set.of("simple"), "SimpleAssignor");
        assignors("group.streams.assignors", Set.of("sticky"), "StickyTaskAssignor");
    }

    private void codec(String name) {
        if (!readable(name)) return;
        int codec = values.integer(name);
        require(codec >= 0 && codec <= HIGHEST_CODEC, "Unknown compression type id: " + codec);
    }

    private void bounded(String kind, String name) {
        atMost(kind + "min." + name, kind + "max." + name, false);
        atMost(kind + "min." + name, kind + name, false);
        atMost(kind + name, kind + "max." + name, true);
    }

    /// @param sayLess whether the sentence is about the smaller one
    private void atMost(String smaller, String larger, boolean sayLess) {
        if (!readable(smaller, larger) || values.number(smaller) <= values.number(larger)) return;
        problems.add(
                sayLess
                        ? smaller + " must be less than or equal to " + larger
                        : larger + " must be greater than or equal to " + smaller);
    }

    private void lessThan(String smaller, String larger) {
        if (!readable(smaller, larger) || values.number(smaller) < values.number(larger)) return;
        problems.add(smaller + " must be less than " + larger);
    }

    /// Assignors of users' own are Java classes for Kafka's broker; here only the built-in ones exist.
    private void assignors(String name, Set<String> builtIn, String... classes) {
        if (!readable(name)) return;
        for (String assignor : values.list(name)) {
            boolean known = builtIn.contains(assignor);
            for (String className : classes) known |= assignor.endsWith("." + className);
            require(known, ConfigKey.invalid(name, assignor, "Class cannot be found"));
        }
    }
}
