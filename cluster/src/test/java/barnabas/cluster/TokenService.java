package barnabas.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/// A token service: shows its key, and gives one client signed tokens by the client credentials grant.
final class TokenService implements AutoCloseable {
    static final String CLIENT = "node";
    static final String SECRET = "secret-of-tokens-4717";
    static final String ISSUER = "https://tokens.example";
    static final String AUDIENCE = "barnabas";

    final AtomicInteger given = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();

    private final KeyPair keys;
    private final HttpServer server;
    private final int lifeSeconds;

    TokenService(int lifeSeconds) throws IOException, GeneralSecurityException {
        this.lifeSeconds = lifeSeconds;
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        keys = generator.generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/keys", exchange -> answer(exchange, 200, keySet()));
        server.createContext("/token", this::give);
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void give(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String basic = Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        boolean known = ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!known || !form.equals("grant_type=client_credentials&scope=all+of+it")) {
            refused.incrementAndGet();
            answer(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        given.incrementAndGet();
        answer(exchange, 200, "{\"access_token\":\"" + token() + "\",\"token_type\":\"Bearer\"}");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private String token() throws IOException {
        long end = System.currentTimeMillis() / 1_000 + lifeSeconds;
        String claims =
                "{\"sub\":\"%s\",\"iss\":\"%s\",\"aud\":\"%s\",\"exp\":%d}".formatted(CLIENT, ISSUER, AUDIENCE, end);
        String signed = encoded("{\"alg\":\"RS256\",\"kid\":\"one\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(claims.getBytes(StandardCharsets.UTF_8));
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String keySet() {
        var key = (RSAPublicKey) keys.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"one\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                + encoded(unsigned(key.getModulus())) + "\",\"e\":\"" + encoded(unsigned(key.getPublicExponent()))
                + "\"}]}";
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
