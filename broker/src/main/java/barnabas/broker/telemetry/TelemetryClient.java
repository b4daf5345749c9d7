package barnabas.broker.telemetry;

import barnabas.protocol.Uuid;
import java.util.Map;

/// Client that pushes metrics, with the names that subscriptions match.
///
/// @param id the client instance, chosen by the broker at the first request
public record TelemetryClient(
        Uuid id, String clientId, String softwareName, String softwareVersion, String address, int port) {

    /// By the names in a subscription's `match`.
    Map<String, String> selectable() {
        return Map.of(
                "client_instance_id", id.toString(),
                "client_id", clientId,
                "client_software_name", softwareName,
                "client_software_version", softwareVersion,
                "client_source_address", address,
                "client_source_port", Integer.toString(port));
    }
}
