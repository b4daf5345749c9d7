package barnabas.net.socket;

import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import java.nio.ByteBuffer;
import java.util.Random;

/// Frame contents for tests.
final class Frames {
    private Frames() {}

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /// A frame that holds one number.
    static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    static int number(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt();
    }

    static byte[] copy(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(frame.position(), bytes);
        return bytes;
    }

    static void reply(ReplySlot slot, byte[] content) {
        ReplyBuffer buffer = slot.allocate(content.length);
        buffer.bytes().put(content);
        slot.send(new Reply(buffer));
    }

    static void echo(Connection connection, ByteBuffer frame, ReplySlot slot) {
        ReplyBuffer buffer = slot.allocate(frame.remaining());
        buffer.bytes().put(frame);
        slot.send(new Reply(buffer));
    }
}
