package barnabas.broker;

import barnabas.base.Failure;
import barnabas.broker.request.Api;
import barnabas.broker.request.ClientState;
import barnabas.broker.security.Principal;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.Network;
import barnabas.net.ReplySlot;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.net.http.HttpConfig;
import barnabas.net.http.HttpHandler;
import barnabas.net.http.HttpServer;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;

/// A broker with an authorizer, on which the listener decides who a client is: `User:admin`, who may do everything, on
/// ADMIN, and `User:alice` on ALICE.
public final class GuardedBroker implements AutoCloseable {
    private final Node node;

    private GuardedBroker(Node node) {
        this.node = node;
    }

    public static GuardedBroker start(Path data, Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "barnabas.http.listeners", "",
                "listeners", "ADMIN://127.0.0.1:0,ALICE://127.0.0.1:0",
                "listener.security.protocol.map", "ADMIN:PLAINTEXT,ALICE:PLAINTEXT",
                "inter.broker.listener.name", "ADMIN",
                "log.dirs", data.toString(),
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:admin"));
        settings.put("delegation.token.secret.key", "secret-of-tokens");
        settings.putAll(more);
        BrokerConfig config = switch (BrokerConfig.parse(settings)) {
            case ParseResult.Valid valid -> valid.config();
            case ParseResult.Invalid invalid -> throw new StartFailure(invalid.problems());
        };
        World world = World.real(Failure.UNCAUGHT);
        var named = new World(
                world.clock(), world.disk(), new NamedByListener(world.network()), world.threads(), world.random());
        return new GuardedBroker(Node.start(config, named, Membership.ALONE, UnaryOperator.identity()));
    }

    public String bootstrap(String listener) {
        return "127.0.0.1:" + node.address(listener).getPort();
    }

    public Admin admin(String listener) {
        return Admin.create(Map.of("bootstrap.servers", bootstrap(listener)));
    }

    /// Sends one request on a connection of its own.
    ///
    /// @return null when the broker closed the connection instead of an answer
    public ResponseMessage ask(String listener, ApiKey key, int version, RequestMessage request) throws IOException {
        return ask(node.address(listener), "127.0.0.1", key, version, request);
    }

    /// The same from an address of this machine.
    public static ResponseMessage ask(
            InetSocketAddress broker, String from, ApiKey key, int version, RequestMessage request) throws IOException {
        try (var socket = new Socket(broker.getAddress(), broker.getPort(), InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(20_000);
            RawRequests.send(socket, key, version, request);
            return RawRequests.receive(socket, key, version);
        } catch (EOFException e) {
            return null;
        }
    }

    public Collection<Api<?>> apis() {
        return node.catalog().all();
    }

    @Override
    public void close() {
        node.close();
    }

    private record NamedByListener(Network network) implements Network {
        @Override
        public Server listen(ServerConfig config, FrameHandler handler) throws IOException {
            return network.listen(config, new FrameHandler() {
                @Override
                public void handle(Connection connection, ByteBuffer frame, ReplySlot reply) throws Exception {
                    handler.handle(connection, frame, reply);
                }

                @Override
                public void opened(Connection connection) {
                    handler.opened(connection);
                    String name = connection.listenerName().toLowerCase(Locale.ROOT);
                    connection.attach(ClientState.UNKNOWN.with(new Principal("User", name), false));
                }
            });
        }

        @Override
        public HttpServer listen(HttpConfig config, HttpHandler handler) throws IOException {
            return network.listen(config, handler);
        }
    }
}
