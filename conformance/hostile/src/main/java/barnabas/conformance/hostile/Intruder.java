package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeRequest;
import barnabas.protocol.message.SaslHandshakeResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLEngine;

/// One client that wants in and does not get in: it has one connection open at any time until the end.
record Intruder(Way way, Flood.Doors doors, byte[] hello, RandomGenerator random, long untilNanos, Tally tally)
        implements Runnable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int PROOF_BYTES = 64;
    /// Longer than a broker lets a handshake take.
    private static final int HOLD_MILLIS = 12_000;

    /// Ways of intruders.
    enum Way {
        /// Has the broker answer a hello with its signature, and goes.
        HELLO,
        /// Sends half a hello and holds the connection.
        HALF,
        /// Logs in by SCRAM with a wrong proof.
        LOGIN
    }

    /// Counts of all intruders.
    record Tally(LongAdder hellos, LongAdder halves, LongAdder logins, LongAdder refused) {
        static Tally empty() {
            return new Tally(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
        }

        @Override
        public String toString() {
            return hellos + " hellos answered, " + halves + " halves of hellos, " + logins + " wrong logins, " + refused
                    + " connections that broke before";
        }
    }

    /// The first message of a TLS handshake.
    static byte[] hello(Keys keys) throws GeneralSecurityException, IOException {
        SSLEngine engine = keys.client().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public void run() {
        while (System.nanoTime() < untilNanos) {
            try {
                switch (way) {
                    case HELLO -> greet();
                    case HALF -> hold();
                    case LOGIN -> logIn();
                }
            } catch (IOException e) {
                tally.refused.increment();
            }
        }
    }

    private void greet() throws IOException {
        try (var socket = connect(doors.tls(), PATIENCE_MILLIS)) {
            socket.getOutputStream().write(hello);
            InputStream in = socket.getInputStream();
            if (in.read(new byte[1 << 14]) < 0) throw new IOException("closed");
            tally.hellos.increment();
        }
    }

    private void hold() throws IOException {
        try (var socket = connect(doors.tls(), HOLD_MILLIS)) {
            socket.getOutputStream().write(hello, 0, hello.length / 2);
            tally.halves.increment();
            long left = (untilNanos - System.nanoTime()) / 1_000_000;
            socket.setSoTimeout(Math.clamp(left, 1, HOLD_MILLIS));
            socket.getInputStream().readAllBytes();
        }
    }

    private static Socket connect(InetSocketAddress address, int patienceMillis) throws IOException {
        var socket = new Socket();
        socket.connect(address, patienceMillis);
        socket.setSoTimeout(patienceMillis);
        return socket;
    }

    private void logIn() throws IOException {
        try (var wire = new Wire(doors.logins(), PATIENCE_MILLIS)) {
            var mechanism = SaslHandshakeRequest.builder().mechanism("SCRAM-SHA-512").build();
            wire.call(ApiKey.SASL_HANDSHAKE, (short) 1, mechanism, SaslHandshakeResponse.class);
            String own = Long.toString(random.nextLong(), 36);
            String first = answer(wire, "n,,n=admin,r=" + own);
            String nonce = first.substring(2, first.indexOf(','));
            byte[] proof = new byte[PROOF_BYTES];
            random.nextBytes(proof);
            String last = answer(wire, "c=biws,r=" + nonce + ",p=" + Base64.getEncoder().encodeToString(proof));
            if (!last.isEmpty()) throw new IllegalStateException("a wrong proof was taken: " + last);
            tally.logins.increment();
        }
    }

    /// Empty when the login is refused.
    private static String answer(Wire wire, String message) throws IOException {
        var token = new SaslAuthenticateRequest(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8)));
        var answer = wire.call(ApiKey.SASL_AUTHENTICATE, (short) 1, token, SaslAuthenticateResponse.class);
        return answer.errorCode() == 0 ? StandardCharsets.UTF_8.decode(answer.authBytes()).toString() : "";
    }
}
