package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.Messages;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/// Requests that no client would send.
final class RawRequests {
    private static final int CORRELATION = 7;

    private RawRequests() {}

    static Socket connect(Barnabas broker) throws IOException {
        var socket = new Socket(broker.address().getAddress(), broker.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    static void send(Socket socket, ApiKey key, int version, RequestMessage request) throws IOException {
        short apiVersion = (short) version;
        ByteBuffer frame = ByteBuffer.allocate(64 + request.sizeBytes(apiVersion));
        frame.putInt(0).putShort(key.id()).putShort(apiVersion).putInt(CORRELATION);
        var writer = new BufferWriter(frame);
        writer.string("test", false);
        if (key.isFlexible(apiVersion)) writer.unsignedVarint(0);
        request.write(writer, apiVersion);
        frame.putInt(0, frame.position() - 4);
        socket.getOutputStream().write(frame.array(), 0, frame.position());
    }

    static ResponseMessage receive(Socket socket, ApiKey key, int version) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        byte[] frame = in.readNBytes(in.readInt());
        var reader = new MessageReader(ByteBuffer.wrap(frame));
        assertThat(reader.int32()).isEqualTo(CORRELATION);
        if (key.responseHeaderVersion((short) version) > 0) reader.skip(1);
        return Messages.readResponse(key, reader, (short) version);
    }
}
