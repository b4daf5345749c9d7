package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata;
import barnabas.client.admin.ConfigAdmin.Change;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Mirrors of other clusters' topics: settings `barnabas.mirror.<name>.<setting>` of all brokers, and settings of their
/// topics.
public final class MirrorAdmin {
    private static final String PREFIX = "barnabas.mirror.";
    private static final String STATUS = "barnabas.mirror.status.";
    private static final String PROMOTED = "barnabas.mirror.promoted";
    private static final Resource ALL_BROKERS = new Resource(ResourceType.BROKER, "");

    /// Settings without secrets, by their short names: `source`, `topics`, `groups`, `acls`, `state`,
    /// `existing`.
    public record Mirror(String name, Map<String, String> settings) {
        public String setting(String setting) {
            return settings.getOrDefault(setting, "");
        }
    }

    /// Progress of one partition.
    ///
    /// @param broker that leads it
    /// @param state one of claiming, preparing, mirroring, paused, stopping, failed, promoted
    /// @param lag records that the source has more, -1 when it is not known
    /// @param sinceMillis wall clock when the problem began, 0 without one
    public record Progress(
            String topic,
            int partition,
            int broker,
            String state,
            long endOffset,
            long lag,
            long sinceMillis,
            String problem) {}

    /// Progress of a mirror.
    ///
    /// @param problems of brokers with the source as a whole
    public record Status(Map<Integer, String> problems, List<Progress> partitions) {}

    private final Cluster cluster;
    private final ConfigAdmin configs;

    public MirrorAdmin(Cluster cluster) {
        this.cluster = cluster;
        this.configs = new ConfigAdmin(cluster);
    }

    /// All mirrors, by name.
    public List<Mirror> list() throws ClientException {
        var byName = new TreeMap<String, Map<String, String>>();
        for (ConfigAdmin.Entry each : configs.describe(ALL_BROKERS, false)) {
            int dot = each.name().lastIndexOf('.');
            if (!each.name().startsWith(PREFIX) || dot <= PREFIX.length()) continue;
            Map<String, String> settings =
                    byName.computeIfAbsent(each.name().substring(PREFIX.length(), dot), _ -> new TreeMap<>());
            if (each.value() != null) settings.put(each.name().substring(dot + 1), each.value());
        }
        var found = new ArrayList<Mirror>();
        byName.forEach((name, settings) -> found.add(new Mirror(name, settings)));
        return found;
    }

    /// Sets settings of a mirror, all or none; an empty value goes back to the default.
    public void set(String mirror, Map<String, String> settings) throws ClientException {
        var changes = new ArrayList<Change>();
        settings.forEach((setting, value) -> {
            String name = PREFIX + mirror + "." + setting;
            changes.add(value.isEmpty() ? new Change.Unset(name) : new Change.Set(name, value));
        });
        configs.alter(ALL_BROKERS, changes, false);
    }

    /// Topics that the mirror fills.
    public List<String> topics(String mirror) throws ClientException {
        return topics("barnabas.mirror", mirror, _ -> true);
    }

    /// Has a mirror of this name, which does not exist now, take topics again that were promoted from an earlier one.
    ///
    /// @param wanted names of topics that it is about
    public void forgetPromotion(String mirror, Predicate<String> wanted) throws ClientException {
        for (String topic : topics(PROMOTED, mirror, wanted))
            configs.alter(new Resource(ResourceType.TOPIC, topic), List.of(new Change.Unset(PROMOTED)), false);
    }

    private List<String> topics(String setting, String mirror, Predicate<String> wanted) throws ClientException {
        var found = new ArrayList<String>();
        for (ClusterMetadata.Topic each : new TopicAdmin(cluster).list()) {
            if (each.internal() || !wanted.test(each.name())) continue;
            for (ConfigAdmin.Entry config : configs.describe(new Resource(ResourceType.TOPIC, each.name()), false))
                if (config.name().equals(setting) && mirror.equals(config.value())) found.add(each.name());
        }
        return found;
    }

    /// Begins to make a mirror's topic one of this cluster.
    public void promote(String topic) throws ClientException {
        var resource = new Resource(ResourceType.TOPIC, topic);
        var present = new TreeMap<String, String>();
        for (ConfigAdmin.Entry each : configs.describe(resource, false))
            if (each.value() != null) present.put(each.name(), each.value());
        if ("claiming".equals(present.get("barnabas.mirror.state"))) {
            // nothing was copied: it is given back as it is
            configs.alter(
                    resource,
                    List.of(
                            new Change.Set(PROMOTED, present.getOrDefault("barnabas.mirror", "")),
                            new Change.Unset("barnabas.mirror"),
                            new Change.Unset("barnabas.mirror.state"),
                            new Change.Unset("barnabas.mirror.ready")),
                    false);
            return;
        }
        configs.alter(
                resource,
                List.of(new Change.Set("barnabas.mirror.state", "stopping"), new Change.Unset("barnabas.mirror.ready")),
                false);
    }

    /// Asks each broker for the partitions that it leads.
    public Status status(String mirror) throws ClientException {
        var _ = cluster.refresh(List.of(), false);
        var problems = new TreeMap<Integer, String>();
        var partitions = new ArrayList<Progress>();
        for (int broker : cluster.metadata().brokers().keySet()) {
            String status = configs.value(broker, STATUS + mirror, "status of mirror " + mirror);
            if (!status.isEmpty()) read(broker, status, problems, partitions);
        }
        return new Status(problems, partitions);
    }

    private static void read(int broker, String text, Map<Integer, String> problems, List<Progress> partitions) {
        String[] lines = text.split("\n", -1);
        if (!lines[0].isEmpty()) problems.put(broker, lines[0]);
        for (int at = 1; at < lines.length; at++) {
            String[] field = lines[at].split("\t", -1);
            if (field.length < 7) continue;
            partitions.add(new Progress(
                    field[0],
                    Integer.parseInt(field[1]),
                    broker,
                    field[2],
                    Long.parseLong(field[3]),
                    Long.parseLong(field[4]),
                    Long.parseLong(field[5]),
                    field[6]));
        }
    }
}
