import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Gives tokens to clients that log in with HTTP Basic, as an OAuth 2 service does for the grant `client_credentials`, and
/// the keys that verify them: `TokenService KEYSTORE PASSWORD SECONDS`, with a certificate for localhost. A right token is
/// good for SECONDS; the client's id names what is wrong with its token. The first line it prints is its address.
final class TokenService {
    private static final String ISSUER = "https://tokens.conformance";
    private static final String AUDIENCE = "barnabas";
    private static final String SECRET = "a secret of the client";

    private final KeyPair known = pair();
    private final KeyPair foreign = pair();
    private final long seconds;

    private TokenService(long seconds) throws GeneralSecurityException {
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        var service = new TokenService(Long.parseLong(args[2]));
        char[] password = args[1].toCharArray();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(Path.of(args[0]))) {
            store.load(in, password);
        }
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, password);
        var tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/keys", exchange -> answer(exchange, 200, service.keys()));
        server.createContext("/token", service::token);
        server.start();
        System.out.println("https://localhost:" + server.getAddress().getPort());
    }

    private void token(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String login = exchange.getRequestHeaders().getFirst("Authorization");
        String[] client = login == null || !login.startsWith("Basic ")
                ? new String[0]
                : new String(Base64.getDecoder().decode(login.substring(6)), StandardCharsets.UTF_8).split(":", 2);
        if (client.length != 2 || !client[1].equals(SECRET) || !body.contains("grant_type=client_credentials")) {
            answer(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        try {
            answer(exchange, 200, "{\"access_token\":\"" + token(client[0]) + "\",\"token_type\":\"Bearer\"}");
            System.out.println("token for " + client[0]);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private String token(String client) throws GeneralSecurityException {
        Instant now = Instant.now();
        Instant made = client.equals("expired") ? now.minus(Duration.ofHours(1)) : now;
        Instant from = client.equals("early") ? now.plus(Duration.ofHours(1)) : made;
        String claims = "{\"sub\":\"" + client + "\",\"scope\":\"kafka\",\"iss\":\""
                + (client.equals("issuer") ? "https://other.conformance" : ISSUER) + "\",\"aud\":\""
                + (client.equals("audience") ? "other" : AUDIENCE) + "\",\"iat\":" + made.getEpochSecond() + ",\"nbf\":"
                + from.getEpochSecond() + ",\"exp\":" + made.plusSeconds(seconds).getEpochSecond() + "}";
        String algorithm = client.equals("none") ? "none" : "RS256";
        String signed = encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"first\"}") + "." + encode(claims);
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign((client.equals("foreign") ? foreign : known).getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        // Kafka's client sends no token without a third part.
        return signed + "." + (client.equals("none") ? encode("none") : encode(signature.sign()));
    }

    private String keys() {
        var key = (RSAPublicKey) known.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"first\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\"" + encode(key.getModulus())
                + "\",\"e\":\"" + encode(key.getPublicExponent()) + "\"}]}";
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        try (exchange) {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static KeyPair pair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    /// Of a number, without the byte of its sign.
    private static String encode(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return encode(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
