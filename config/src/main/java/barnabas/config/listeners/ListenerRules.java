package barnabas.config.listeners;

import barnabas.config.keys.ConfigKey;
import barnabas.config.keys.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Rules between the listener settings; the messages are Kafka's.
///
/// Unlike in Kafka, a node with the controller role needs no controller listener as long as it names none: a single
/// node talks to itself without a socket.
public final class ListenerRules {
    private static final List<String> NAMES = List.of(
            "advertised.listeners",
            "controller.listener.names",
            "early.start.listeners",
            "inter.broker.listener.name",
            "listener.security.protocol.map",
            "listeners",
            "process.roles",
            "security.inter.broker.protocol");

    private final Values values;
    private final List<String> problems = new ArrayList<>();

    private ListenerRules(Values values) {
        this.values = values;
    }

    public static List<String> problems(Values values, Set<String> broken) {
        for (String name : NAMES) if (broken.contains(name)) return List.of();
        var rules = new ListenerRules(values);
        rules.check();
        return rules.problems;
    }

    private void check() {
        checkProtocolMap();
        if (!problems.isEmpty()) return;
        List<Listener> listeners = endpoints("listeners");
        List<Listener> advertised =
                values.text("advertised.listeners") == null ? List.of() : endpoints("advertised.listeners");
        if (!problems.isEmpty()) return;
        checkPorts(listeners);
        checkRoles(listeners);
        if (values.list("process.roles").contains("broker")) checkBroker(listeners, advertised);
    }

    private void checkProtocolMap() {
        var byName = new HashMap<String, SecurityProtocol>();
        for (String entry : ConfigKey.elements(values.string("listener.security.protocol.map"))) {
            int colon = entry.indexOf(':');
            String protocol = colon < 0 ? entry : entry.substring(colon + 1).trim();
            if (colon <= 0)
                problems.add("Error parsing configuration property 'listener.security.protocol.map': " + entry
                        + " is not of the form NAME:PROTOCOL");
            else if (SecurityProtocol.named(protocol) == null)
                problems.add("Invalid security protocol `" + protocol + "` defined in listener.security.protocol.map");
            else {
                String name = entry.substring(0, colon).trim().toUpperCase(Locale.ROOT);
                SecurityProtocol other = byName.put(name, SecurityProtocol.valueOf(protocol.toUpperCase(Locale.ROOT)));
                if (other != null && !protocol.equalsIgnoreCase(other.name()))
                    problems.add("listener.security.protocol.map has two security protocols for listener " + name + ": "
                            + other + " and " + protocol);
            }
        }
    }

    private List<Listener> endpoints(String setting) {
        Map<String, SecurityProtocol> protocols = ListenerParser.protocols(values);
        List<String> entries = values.list(setting);
        String where = "Error creating broker listeners from '" + entries + "': ";
        var listeners = new ArrayList<Listener>();
        var names = new HashSet<String>();
        for (String entry : entries) {
            String name = ListenerParser.nameOf(entry);
            if (name == null) {
                problems.add("Unable to parse a listener name from " + entry);
                continue;
            }
            Listener listener = ListenerParser.parse(entry, protocols);
            if (listener != null) listeners.add(listener);
            else if (protocols.containsKey(name))
                problems.add(where + "Unable to parse " + entry + " to a broker endpoint");
            else problems.add(where + "No security protocol defined for listener " + name);
            if (!names.add(name))
                problems.add(where + "Each listener must have a different name, listeners: " + entries);
        }
        return listeners;
    }

    /// Two listeners may share a port only as IPv4 and IPv6.
    private void checkPorts(List<Listener> listeners) {
        var byPort = new HashMap<Integer, Listener>();
        for (Listener listener : listeners) {
            if (listener.port() == 0) continue;
            Listener other = byPort.put(listener.port(), listener);
            if (other != null) checkSharedPort(listener, other, listeners);
        }
    }

    private void checkSharedPort(Listener one, Listener other, List<Listener> listeners) {
        String where = "Error creating broker listeners from '" + listeners + "': ";
        String which = ", listeners: " + listeners;
        boolean bothAddresses = (isIpV4(one) || isIpV6(one)) && (isIpV4(other) || isIpV6(other));
        if (bothAddresses && isIpV4(one) != isIpV4(other)) return;
        if (bothAddresses)
            problems.add(
                    where + "If you have two listeners on the same port then one needs to be IPv4 and the other IPv6"
                            + which + ", port: " + one.port());
        else if (one.host().isEmpty() && other.host().isEmpty())
            problems.add(where + "Each listener must have a different port" + which);
        else
            problems.add(where + "Each listener must have a different port unless exactly one listener has an IPv4 "
                    + "address and the other IPv6 address" + which + ", port: " + one.port());
    }

    private static boolean isIpV4(Listener listener) {
        return !listener.host().isEmpty() && listener.host().chars().allMatch(c -> c == '.' || Character.isDigit(c));
    }

    private static boolean isIpV6(Listener listener) {
        return listener.host().indexOf(':') >= 0;
    }

    private void checkRoles(List<Listener> listeners) {
        List<String> roles = values.list("process.roles");
        Set<String> listening = names(listeners);
        List<String> controllers = ListenerParser.upperCase(values.list("controller.listener.names"));
        if (roles.equals(List.of("broker"))) {
            if (controllers.isEmpty())
                problems.add("controller.listener.names must contain at least one value when running KRaft with just "
                        + "the broker role");
            if (controllers.stream().anyMatch(listening::contains))
                problems.add("controller.listener.names must not contain a value appearing in the 'listeners' "
                        + "configuration when running KRaft with just the broker role");
        } else {
            if (!controllers.isEmpty() && controllers.stream().noneMatch(listening::contains))
                problems.add("controller.listener.names must contain at least one value appearing in the 'listeners' "
                        + "configuration when running the KRaft controller role");
            if (roles.equals(List.of("controller")) && !controllers.containsAll(listening))
                problems.add("The listeners config must only contain KRaft controller listeners from "
                        + "controller.listener.names when process.roles=controller");
        }
    }

    private void checkBroker(List<Listener> listeners, List<Listener> advertised) {
        List<String> controllers = ListenerParser.upperCase(values.list("controller.listener.names"));
        Set<String> listening = names(listeners);
        Set<String> told = names(advertised.isEmpty() ? listeners : advertised);
        told.removeIf(controllers::contains);
        if (told.isEmpty()) {
            problems.add("There must be at least one broker advertised listener. Perhaps all listeners appear in "
                    + "controller.listener.names?");
            return;
        }
        // A default is judged like a value: without advertised listeners clients are sent to the listeners' own hosts.
        for (Listener listener : advertised.isEmpty() ? listeners : advertised) {
            if (controllers.contains(listener.name())) continue;
            if (listener.host().equals("0.0.0.0") || listener.host().equals("::"))
                problems.add("advertised.listeners cannot use the nonroutable meta-address " + listener.host()
                        + ". Use a routable IP address.");
        }
        if (!listening.containsAll(names(advertised)))
            problems.add("advertised.listeners listener names must be equal to or a subset of the ones defined in "
                    + "listeners. Found " + String.join(",", names(advertised))
                    + ". The valid options based on the current configuration are " + String.join(",", listening));
        checkInterBroker(told);
        for (String early : values.list("early.start.listeners"))
            if (!listening.contains(early.toUpperCase(Locale.ROOT))
                    && !controllers.contains(early.toUpperCase(Locale.ROOT)))
                problems.add("early.start.listeners contains listener " + early
                        + ", but this is not contained in listeners or controller.listener.names");
    }

    private void checkInterBroker(Set<String> told) {
        if (values.isGiven("inter.broker.listener.name") && values.isGiven("security.inter.broker.protocol")) {
            problems.add("Only one of inter.broker.listener.name and security.inter.broker.protocol should be set.");
            return;
        }
        String name = ListenerParser.interBrokerName(values);
        // A lone client listener under another name needs no inter-broker listener: no other node connects.
        boolean chosen =
                values.isGiven("inter.broker.listener.name") || values.isGiven("security.inter.broker.protocol");
        if (!told.contains(name) && (chosen || told.size() > 1))
            problems.add(
                    "inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid "
                            + "options based on currently configured listeners are " + String.join(",", told));
    }

    private static Set<String> names(List<Listener> listeners) {
        var names = new LinkedHashSet<String>();
        for (Listener listener : listeners) names.add(listener.name());
        return names;
    }
}
