package barnabas.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;

/// Connections that have said hello once and then stay silent. One thread uses it.
public final class IdleConnections implements AutoCloseable {
    private final List<WireConnection> connections = new ArrayList<>();

    /// Opens that many, each with one answered ApiVersions request.
    public static IdleConnections open(InetSocketAddress address, int count) throws IOException {
        IdleConnections opened = new IdleConnections();
        try {
            for (int i = 0; i < count; i++) {
                WireConnection connection = WireConnection.open(address);
                opened.connections.add(connection);
                connection.call(
                        ApiKeys.API_VERSIONS,
                        (short) 3,
                        new ApiVersionsRequestData()
                                .setClientSoftwareName("bench")
                                .setClientSoftwareVersion("1"));
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        for (WireConnection connection : connections) {
            connection.close();
        }
    }
}
