package barnabas.bench.system;

import java.io.IOException;

/// Ports of a broker on 127.0.0.1; 0 for a listener that it does not have.
///
/// @param plain of the listener for clients that do not encrypt
/// @param tls of the listener that encrypts
/// @param metrics of the HTTP listener with the page of metrics
record Ports(int plain, int tls, int metrics) {
    /// Free ports for the listeners that the start asks for.
    static Ports free(Launch launch) throws IOException {
        Member member = launch.member();
        return new Ports(
                member == null ? Workspace.freePort() : member.port(),
                launch.tls() == null ? 0 : Workspace.freePort(),
                launch.metrics() ? Workspace.freePort() : 0);
    }
}
