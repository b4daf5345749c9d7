package barnabas.config.keys;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Names that are not in the table and yet allowed in a `server.properties`: a listener's own settings, settings of
/// plug-ins, and names that Kafka 4.0 took away.
public final class OpenNames {
    private static final String LISTENER = "listener.name.";
    /// `barnabas.mirror.<name>.<setting>`
    public static final String MIRROR = "barnabas.mirror.";

    /// End of the name of the setting by which a mirror copies ACLs.
    public static final String MIRRORS_ACLS = ".acls";

    private static final String REAUTH = "connections.max.reauth.ms";

    /// Settings below these belong to whatever is plugged in there.
    private static final List<String> PLUG_IN_PREFIXES = List.of(
            "alter.config.policy.",
            "client.quota.callback.",
            "config.providers.",
            "create.topic.policy.",
            "kafka.metrics.",
            "metric.reporters.",
            "metrics.context.",
            "principal.builder.",
            "remote.log.metadata.",
            "rlmm.config.",
            "rsm.config.",
            "sasl.",
            "ssl.");

    /// Read by Kafka's own authorizer.
    private static final Set<String> AUTHORIZER_NAMES = Set.of("allow.everyone.if.no.acl.found", "super.users");

    /// When one of these names a class, that class may read any setting of its own.
    private static final List<String> PLUG_IN_CLASSES = List.of(
            "alter.config.policy.class.name",
            "authorizer.class.name",
            "client.quota.callback.class",
            "create.topic.policy.class.name",
            "kafka.metrics.reporters",
            "metric.reporters",
            "principal.builder.class",
            "replica.selector.class",
            "ssl.engine.factory.class");

    /// Classes of Kafka that are served here and have no settings beyond the official ones: beside one of them an
    /// unknown name is a slip, as it is without it.
    private static final Set<String> BUILT_IN_CLASSES = Set.of(
            "org.apache.kafka.common.replica.RackAwareReplicaSelector",
            "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer");

    private static final Set<String> REMOVED_IN_KAFKA_4 = Set.of(
            "auto.include.jmx.reporter",
            "broker.id.generation.enable",
            "control.plane.listener.name",
            "controlled.shutdown.max.retries",
            "controlled.shutdown.retry.backoff.ms",
            "delegation.token.master.key",
            "group.coordinator.new.enable",
            "group.share.enable",
            "inter.broker.protocol.version",
            "log.message.downconversion.enable",
            "log.message.format.version",
            "log.message.timestamp.difference.max.ms",
            "offsets.commit.required.acks",
            "reserved.broker.max.id");

    private OpenNames() {}

    /// Whether a setting with this value has a mirror copy ACLs.
    public static boolean copiesAcls(String name, @Nullable String value) {
        return name.startsWith(MIRROR) && name.endsWith(MIRRORS_ACLS) && "copied".equals(value);
    }

    /// Whether the authorizer reads the setting, if there is one.
    public static boolean isOfAuthorizer(String name) {
        return AUTHORIZER_NAMES.contains(name);
    }

    /// The key of that very name, Kafka's or our own; null when there is none.
    public static @Nullable ConfigKey exact(String name) {
        return isOwn(name) ? KeyTable.barnabas().find(name) : KeyTable.broker().find(name);
    }

    public static boolean isOwn(String name) {
        return name.startsWith("barnabas.");
    }

    /// The key whose type and rule hold for `name`: its own, or for a listener's setting the general one; null when
    /// there is none.
    public static @Nullable ConfigKey keyFor(String name) {
        ConfigKey key = KeyTable.broker().find(name);
        if (key == null && name.startsWith("barnabas."))
            key = KeyTable.barnabas().find(name);
        if (key != null) return key;
        if (name.startsWith(MIRROR)) return ofMirror(name);
        String base = withoutListener(name);
        if (base == null) return null;
        key = KeyTable.broker().find(base);
        if (key != null) return key;
        // listener.name.<listener>.<mechanism>.sasl.jaas.config or ...connections.max.reauth.ms
        int sasl = base.indexOf(".sasl.");
        if (sasl >= 0) return KeyTable.broker().find(base.substring(sasl + 1));
        return base.endsWith("." + REAUTH) ? KeyTable.broker().find(REAUTH) : null;
    }

    /// The key of a mirror's setting; null for any other name.
    private static @Nullable ConfigKey ofMirror(String name) {
        if (!name.startsWith(MIRROR)) return null;
        int dot = name.lastIndexOf('.');
        return dot <= MIRROR.length() ? null : KeyTable.mirror().find(name.substring(dot + 1));
    }

    /// `max.connections` for `listener.name.internal.max.connections`; null for any other name.
    public static @Nullable String withoutListener(String name) {
        if (!name.startsWith(LISTENER)) return null;
        int dot = name.indexOf('.', LISTENER.length());
        return dot <= LISTENER.length() || dot == name.length() - 1 ? null : name.substring(dot + 1);
    }

    /// `internal` for `listener.name.internal.max.connections`; null for any other name.
    public static @Nullable String listenerOf(String name) {
        String base = withoutListener(name);
        return base == null ? null : name.substring(LISTENER.length(), name.length() - base.length() - 1);
    }

    public static boolean isRemoved(String name) {
        return REMOVED_IN_KAFKA_4.contains(name)
                || name.startsWith("zookeeper.")
                || name.startsWith("password.encoder.");
    }

    /// Whether a name without a key may stand in `properties`. A slip of an official name may not.
    public static boolean allowed(String name, Map<String, String> properties) {
        if (AUTHORIZER_NAMES.contains(name)) return true;
        if (isOwn(name)) return ofMirror(name) != null;
        String base = withoutListener(name);
        if (NearestName.isSlipOf(base == null ? name : base, KeyTable.broker().names())) return false;
        if (base != null) return true;
        for (String prefix : PLUG_IN_PREFIXES) if (name.startsWith(prefix)) return true;
        for (String plugIn : PLUG_IN_CLASSES) {
            String named = properties.get(plugIn);
            if (named != null && !named.isBlank() && !BUILT_IN_CLASSES.contains(named.trim())) return true;
        }
        return startsWithValueOf("remote.log.storage.manager.impl.prefix", name, properties)
                || startsWithValueOf("remote.log.metadata.manager.impl.prefix", name, properties);
    }

    private static boolean startsWithValueOf(String prefixName, String name, Map<String, String> properties) {
        String prefix = properties.get(prefixName);
        return prefix != null && !prefix.isBlank() && name.startsWith(prefix.trim());
    }
}
