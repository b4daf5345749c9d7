package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.ReplySlot;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/// A failure on one connection has no effect on others.
class IsolationTest extends NetworkTest {
    @ParameterizedTest
    @ValueSource(strings = {"before", "after", "error", "fail", "fail later", "task"})
    void aFailureClosesOneConnectionAndIsLoggedOnce(String how) throws IOException {
        NetworkServer server = serve((connection, frame, slot) -> {
            if (frame.remaining() > 1) {
                Frames.echo(connection, frame, slot);
                return;
            }
            switch (how) {
                case "before" -> throw new IllegalStateException("boom");
                case "after" -> {
                    slot.sendNothing();
                    throw new IOException("boom");
                }
                case "error" -> throw new StackOverflowError("boom");
                case "fail" -> slot.fail(new IllegalStateException("boom"));
                case "fail later" -> Thread.ofVirtual().start(() -> slot.fail(new IllegalStateException("boom")));
                case "task" ->
                    connection.onLoop(() -> {
                        slot.sendNothing();
                        throw new IllegalStateException("boom");
                    });
                default -> throw new AssertionError(how);
            }
        });
        RawClient other = connect(server);
        RawClient client = connect(server);
        client.send(new byte[] {1});
        assertThat(client.receiveUntilClosed()).isZero();
        awaitClosed(server, CloseReason.HANDLER_FAILED, 1);
        assertThat(Frames.number(other.send(Frames.number(5)).receive())).isEqualTo(5);
        assertThat(CapturedLog.lines(Level.ERROR))
                .singleElement()
                .asString()
                .contains("boom", client.localAddress().toString());
        awaitNothingHeld(server);
    }

    @Test
    void aHandlerThatFailsToOpenAConnection() throws IOException {
        NetworkServer server = serve(new FrameHandler() {
            @Override
            public void opened(Connection connection) {
                throw new IllegalStateException("boom");
            }

            @Override
            public void handle(Connection connection, java.nio.ByteBuffer frame, ReplySlot reply) {
                reply.sendNothing();
            }
        });
        assertThat(connect(server).receiveUntilClosed()).isZero();
        awaitClosed(server, CloseReason.HANDLER_FAILED, 1);
    }

    @Test
    void aConnectionKnowsItsEndsAndCarriesState() throws IOException {
        var seen = new AtomicReference<Connection>();
        NetworkServer server = serve(new FrameHandler() {
            @Override
            public void opened(Connection connection) {
                connection.attach("state of " + connection.id());
                seen.set(connection);
            }

            @Override
            public void handle(Connection connection, java.nio.ByteBuffer frame, ReplySlot reply) {
                Frames.reply(
                        reply,
                        String.valueOf(connection.attachment()).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
        });
        RawClient client = connect(server);
        assertThat(client.send(new byte[] {1}).receive()).asString().isEqualTo("state of 1");
        Connection connection = seen.get();
        assertThat(connection.remoteAddress()).isEqualTo(client.localAddress());
        assertThat(connection.localAddress()).isEqualTo(server.address(LISTENER));
        assertThat(connection.listenerName()).isEqualTo(LISTENER);
        assertThat(connection.isOpen()).isTrue();
        assertThat(connection.isOnLoop()).isFalse();
        connection.close(CloseReason.BROKER_DECISION, "enough");
        assertThat(client.receiveUntilClosed()).isZero();
        awaitClosed(server, CloseReason.BROKER_DECISION, 1);
        assertThat(connection.isOpen()).isFalse();
    }
}
