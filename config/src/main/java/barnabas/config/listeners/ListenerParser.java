package barnabas.config.listeners;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.HostAndPort;
import barnabas.config.keys.Rule;
import barnabas.config.keys.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `listeners`, `advertised.listeners` and `listener.security.protocol.map`: `NAME://host:port` entries.
public final class ListenerParser {
    /// Name by which `https` addresses of pages have settings of their own:
    /// `listener.name.https.ssl.keystore.location`.
    public static final String HTTPS = "HTTPS";

    private static final List<String> PAGES = List.of("barnabas.http.listeners", "barnabas.schema.registry.listeners");

    private ListenerParser() {}

    /// The prefix under which a listener has configurations of its own (KIP-103).
    public static String prefixOf(String listenerName) {
        return "listener.name." + listenerName.toLowerCase(Locale.ROOT) + ".";
    }

    /// Of validated values.
    public static ListenersConfig listeners(Values values) {
        Map<String, SecurityProtocol> protocols = protocols(values);
        List<String> controllerNames = upperCase(values.list("controller.listener.names"));
        List<Listener> all = parse(values.list("listeners"), protocols);
        var clients = new ArrayList<Listener>();
        for (Listener listener : all) if (!controllerNames.contains(listener.name())) clients.add(listener);
        List<Listener> advertised = values.text("advertised.listeners") == null
                ? List.copyOf(clients)
                : parse(values.list("advertised.listeners"), protocols);
        String interBrokerName = interBrokerName(values);
        if (clients.size() == 1) interBrokerName = clients.getFirst().name();
        return new ListenersConfig(
                all, advertised, interBrokerName, controllerNames, upperCase(values.list("early.start.listeners")));
    }

    /// As configured: by name, else the listener that is called like the protocol.
    static String interBrokerName(Values values) {
        String name = values.stringOrNull("inter.broker.listener.name");
        return name == null ? values.string("security.inter.broker.protocol") : name.toUpperCase(Locale.ROOT);
    }

    /// The protocol of each listener name, in capitals. As long as no map is set and nothing is encrypted or
    /// authenticated, controller listeners are plain.
    static Map<String, SecurityProtocol> protocols(Values values) {
        Map<String, SecurityProtocol> protocols = protocols(values.string("listener.security.protocol.map"));
        if (values.isGiven("listener.security.protocol.map")) return protocols;
        for (String entry : values.list("listeners")) {
            SecurityProtocol protocol = protocols.get(nameOf(entry));
            if (protocol != null && protocol != SecurityProtocol.PLAINTEXT) return protocols;
        }
        for (String name : upperCase(values.list("controller.listener.names")))
            protocols.putIfAbsent(name, SecurityProtocol.PLAINTEXT);
        return protocols;
    }

    /// The protocol of a listener, which may be one of other nodes only; null when there is none.
    public static @Nullable SecurityProtocol protocolOf(String name, Values values) {
        return protocols(values).get(name);
    }

    /// Names in capitals of the listeners that this node or others may have.
    public static Set<String> names(Values values) {
        var names = new HashSet<>(protocols(values).keySet());
        for (String entry : values.list("listeners")) {
            String name = nameOf(entry);
            if (name != null) names.add(name);
        }
        names.addAll(upperCase(values.list("controller.listener.names")));
        for (String pages : PAGES)
            for (String entry : values.list(pages)) if (Rule.HttpListeners.isEncrypted(entry)) names.add(HTTPS);
        return names;
    }

    /// The name in capitals, null when `entry` does not begin with one.
    static @Nullable String nameOf(String entry) {
        int slashes = entry.indexOf("://");
        return slashes <= 0 ? null : entry.substring(0, slashes).toUpperCase(Locale.ROOT);
    }

    /// Names in capitals; entries that do not parse are left out.
    private static Map<String, SecurityProtocol> protocols(String text) {
        var protocols = new HashMap<String, SecurityProtocol>();
        for (String entry : ConfigKey.elements(text)) {
            int colon = entry.indexOf(':');
            if (colon <= 0) continue;
            SecurityProtocol protocol =
                    SecurityProtocol.named(entry.substring(colon + 1).trim());
            if (protocol != null) protocols.put(entry.substring(0, colon).trim().toUpperCase(Locale.ROOT), protocol);
        }
        return protocols;
    }

    private static List<Listener> parse(List<String> entries, Map<String, SecurityProtocol> protocols) {
        var listeners = new ArrayList<Listener>();
        for (String entry : entries) {
            Listener listener = parse(entry, protocols);
            if (listener == null) throw new IllegalStateException("bug: not validated: " + entry);
            listeners.add(listener);
        }
        return List.copyOf(listeners);
    }

    /// Null when `entry` is not `NAME://host:port` or the name has no protocol.
    static @Nullable Listener parse(String entry, Map<String, SecurityProtocol> protocols) {
        String name = nameOf(entry);
        if (name == null) return null;
        SecurityProtocol protocol = protocols.get(name);
        HostAndPort address = HostAndPort.parseWithAnyHost(entry.substring(name.length() + 3));
        return protocol == null || address == null
                ? null
                : new Listener(name, protocol, address.host(), address.port());
    }

    static List<String> upperCase(List<String> names) {
        var upper = new ArrayList<String>();
        for (String name : names) upper.add(name.toUpperCase(Locale.ROOT));
        return List.copyOf(upper);
    }
}
