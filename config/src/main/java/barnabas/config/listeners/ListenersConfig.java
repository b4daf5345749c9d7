package barnabas.config.listeners;

import java.util.List;

/// Listeners of the broker, and the addresses that it advertises to clients.
///
/// @param all every entry of `listeners`, controller listeners among them
/// @param advertised what Metadata answers: `advertised.listeners`, else the client listeners; a port of 0 is
///     replaced by the caller once the listener is bound
/// @param interBrokerName the listener that other brokers use
/// @param controllerNames the listeners (by name) that serve the controller's API only
/// @param earlyStartNames listeners to open before the authorizer has loaded
public record ListenersConfig(
        List<Listener> all,
        List<Listener> advertised,
        String interBrokerName,
        List<String> controllerNames,
        List<String> earlyStartNames) {

    /// The listeners that serve clients and brokers.
    public List<Listener> clients() {
        return all.stream()
                .filter(listener -> !controllerNames.contains(listener.name()))
                .toList();
    }

    public List<Listener> controllers() {
        return all.stream()
                .filter(listener -> controllerNames.contains(listener.name()))
                .toList();
    }
}
