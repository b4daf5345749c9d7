package barnabas.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `listeners`, `advertised.listeners` and `listener.security.protocol.map`: `NAME://host:port` entries.
final class ListenerParser {
    private ListenerParser() {}

    /// The prefix under which a listener has configurations of its own (KIP-103).
    static String prefixOf(String listenerName) {
        return "listener.name." + listenerName.toLowerCase(Locale.ROOT) + ".";
    }

    /// Of validated values.
    static ListenersConfig listeners(Values values) {
        Map<String, SecurityProtocol> protocols = protocols(values.string("listener.security.protocol.map"));
        List<String> controllerNames = upperCase(values.list("controller.listener.names"));
        List<Listener> all = parse(values.list("listeners"), protocols);
        List<Listener> clients = all.stream()
                .filter(listener -> !controllerNames.contains(listener.name()))
                .toList();
        List<Listener> advertised = values.text("advertised.listeners") == null
                ? clients
                : parse(values.list("advertised.listeners"), protocols);
        return new ListenersConfig(
                all,
                advertised,
                interBrokerName(values, clients),
                controllerNames,
                upperCase(values.list("early.start.listeners")));
    }

    private static String interBrokerName(Values values, List<Listener> clients) {
        String name = values.stringOrNull("inter.broker.listener.name");
        if (name != null) return name.toUpperCase(Locale.ROOT);
        String protocol = values.string("security.inter.broker.protocol");
        for (Listener listener : clients) if (listener.protocol().name().equals(protocol)) return listener.name();
        return protocol;
    }

    /// Names in capitals; entries that do not parse are left out.
    static Map<String, SecurityProtocol> protocols(String text) {
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
        int slashes = entry.indexOf("://");
        if (slashes <= 0) return null;
        String name = entry.substring(0, slashes).toUpperCase(Locale.ROOT);
        SecurityProtocol protocol = protocols.get(name);
        HostAndPort address = HostAndPort.parseWithAnyHost(entry.substring(slashes + 3));
        return protocol == null || address == null
                ? null
                : new Listener(name, protocol, address.host(), address.port());
    }

    static List<String> upperCase(List<String> names) {
        return names.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList();
    }
}
