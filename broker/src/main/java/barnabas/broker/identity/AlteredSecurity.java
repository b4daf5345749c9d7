package barnabas.broker.identity;

import barnabas.base.Disk;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.config.BrokerConfig;
import barnabas.config.dynamic.ChangeResult;
import barnabas.config.dynamic.ConfigChange;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.DynamicConfigs;
import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.OpenNames;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenerParser;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Check of alterations of this broker before the controller stores them: keys, trusted certificates and users that its
/// listeners could not use are refused. The controller does not have the files. For any thread.
public final class AlteredSecurity {
    private final Supplier<BrokerConfig> live;
    private final Supplier<ClusterImage> image;
    private final Disk disk;

    /// @param live the configuration that counts at the moment
    public AlteredSecurity(Supplier<BrokerConfig> live, Supplier<ClusterImage> image, Disk disk) {
        this.live = live;
        this.image = image;
        this.disk = disk;
    }

    /// The reason why listeners could not use what is asked for; null when they can.
    /// An alteration that the controller refuses anyway is not tried.
    public @Nullable String problem(IncrementalAlterConfigsRequest.AlterConfigsResource asked) {
        for (var each : asked.configs()) {
            String problem = problemWithAcls(asked.resourceType(), each.name(), each.value());
            if (problem != null) return problem;
        }
        var changes = new ArrayList<ConfigChange>();
        for (var each : asked.configs()) {
            var operation = ConfigChange.Operation.of(each.configOperation());
            if (operation == null) return null;
            changes.add(new ConfigChange(each.name(), operation, each.value()));
        }
        if (!isBroker(asked.resourceType(), asked.resourceName()) || DynamicConfigs.problemWithForm(changes) != null)
            return null;
        return switch (DynamicConfigs.edited(ConfigResource.Type.BROKER, present(), changes)) {
            case ChangeResult.Refused _ -> null;
            case ChangeResult.Changed(Map<String, String> after) -> problem(after);
        };
    }

    /// The same of a request that replaces all settings.
    public @Nullable String problem(AlterConfigsRequest.AlterConfigsResource asked) {
        for (var each : asked.configs()) {
            String problem = problemWithAcls(asked.resourceType(), each.name(), each.value());
            if (problem != null) return problem;
        }
        if (!isBroker(asked.resourceType(), asked.resourceName())) return null;
        var after = new HashMap<String, String>();
        for (var each : asked.configs()) if (each.value() != null) after.put(each.name(), each.value());
        return problem(after);
    }

    /// Check of a mirror's option to copy ACLs: they have no effect without an authorizer, and where topics without
    /// ACLs are open the last one that goes would open its topic.
    private @Nullable String problemWithAcls(byte type, String name, @Nullable String value) {
        if (type != ConfigResource.Type.BROKER.code() || !OpenNames.copiesAcls(name, value)) return null;
        if (live.get().security().authorizerClass().isEmpty())
            return "A mirror copies ACLs to a cluster with an authorizer only: authorizer.class.name is not set";
        return "true".equalsIgnoreCase(live.get().value("allow.everyone.if.no.acl.found"))
                ? "A mirror copies no ACLs while allow.everyone.if.no.acl.found=true: a topic whose last one goes"
                        + " would be open to all"
                : null;
    }

    /// Keys and users are those of one broker (not of its default).
    private static boolean isBroker(byte type, String name) {
        return type == ConfigResource.Type.BROKER.code() && !name.isEmpty();
    }

    private ConfigResource own() {
        return ConfigResource.broker(live.get().node().nodeId());
    }

    private Map<String, String> present() {
        return image.get().configs(own());
    }

    private @Nullable String problem(Map<String, String> after) {
        Map<String, String> before = present();
        BrokerConfig config = live.get();
        if (!isOfSecurity(before, after) || DynamicConfigs.problem(own(), before, after, config) != null) return null;
        BrokerConfig wanted = config.withDynamic(config.layers().clusterWide(), after);
        for (Listener each : config.listeners().clients()) {
            String problem = Trial.problem(each, wanted, disk);
            if (problem != null) return problem;
        }
        Listener pages = config.monitoring().encrypted();
        return pages == null ? null : Trial.problem(pages, wanted, disk);
    }

    /// Whether a setting of keys, trust or users changes. Others can be altered while a file is unreadable.
    private static boolean isOfSecurity(Map<String, String> before, Map<String, String> after) {
        var names = new HashSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            boolean same = after.containsKey(name) && after.get(name).equals(before.get(name));
            if (!same && (name.startsWith("ssl.") || name.contains(".ssl.") || name.endsWith("sasl.jaas.config")))
                return true;
        }
        return false;
    }

    /// A class of its own, so that a start without TLS and logins loads nothing of them.
    private static final class Trial {
        private Trial() {}

        static @Nullable String problem(Listener listener, BrokerConfig wanted, Disk disk) {
            try {
                check(listener, wanted, disk);
                return null;
            } catch (SecuritySettingException | IllegalArgumentException e) {
                return "Listener " + listener.name() + " cannot use these settings, those before stay: "
                        + e.getMessage();
            }
        }

        private static void check(Listener listener, BrokerConfig wanted, Disk disk) throws SecuritySettingException {
            if (listener.protocol().isEncrypted()) {
                TlsContext _ = TlsContext.server(ListenerTls.settings(listener, wanted), disk);
            }
            if (!listener.protocol().hasLogin() || listener.name().equals(ListenerParser.HTTPS)) return;
            String mechanisms = wanted.valueFor(listener, "sasl.enabled.mechanisms");
            List<String> enabled = mechanisms == null ? List.of() : ConfigKey.elements(mechanisms);
            String users = wanted.valueFor(listener, "plain.sasl.jaas.config");
            if (!enabled.contains("PLAIN") || users == null) return;
            PlainUsers _ = PlainUsers.of(ListenerParser.prefixOf(listener.name()) + "plain.sasl.jaas.config", users);
        }
    }
}
