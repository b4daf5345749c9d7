package barnabas.base.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import barnabas.base.ManualClock;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens that a client gets from a service: used until they are about to end, never without one that is valid.
class BearerLoginsTest {
    private static final String URL = "https://tokens.example/token";
    private static final String MODULE = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";

    private final ManualClock clock = new ManualClock(1_000_000);
    private final BearerLogins logins = new BearerLogins(this::answer, clock);
    private String failure = "";
    private String extra = "";
    private long lifeSeconds = 100;
    private int asked;

    private String answer() throws IOException {
        if (!failure.isEmpty()) throw new IOException(failure);
        asked++;
        return "{\"token_type\":\"Bearer\", \"access_token\" : \"" + token(asked, clock.millis() / 1_000 + lifeSeconds)
                + "\", \"expires_in\":1}";
    }

    private String token(int number, long expires) {
        String claims = "{\"sub\":\"node\",\"number\":" + number + ",\"exp\":" + expires + extra + "}";
        return "aGVhZGVy."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2lnbmVk";
    }

    private SaslLogin.Answer first() {
        return logins.login("localhost", new Random(1)).first();
    }

    private static String text(SaslLogin.Answer answer) {
        return switch (answer) {
            case SaslLogin.Answer.Token(ByteBuffer bytes) ->
                StandardCharsets.UTF_8.decode(bytes).toString();
            case SaslLogin.Answer.Done() -> "done";
            case SaslLogin.Answer.Refused(String reason) -> "refused: " + reason;
        };
    }

    @Test
    void oneTokenServesUntilFourFifthsOfItsLife() {
        String before = text(first());
        assertThat(before).isEqualTo("n,,\u0001auth=Bearer " + token(1, 1_100) + "\u0001\u0001");
        clock.advance(Duration.ofSeconds(79));
        assertThat(text(first())).isEqualTo(before);
        assertThat(asked).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        assertThat(text(first())).isEqualTo("n,,\u0001auth=Bearer " + token(2, 1_181) + "\u0001\u0001");
        assertThat(asked).isEqualTo(2);
    }

    /// A token's life is time that passes: a wall clock that is set back gives it no more of it.
    @Test
    void aWallClockThatIsSetKeepsNoTokenLonger() {
        first();
        clock.setWallClock(Duration.ofMinutes(-10));
        clock.advance(Duration.ofSeconds(79));
        first();
        assertThat(asked).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        first();
        assertThat(asked).isEqualTo(2);
        clock.setWallClock(Duration.ofHours(2));
        first();
        assertThat(asked).isEqualTo(2);
    }

    /// The server may know better, by its clock or because the keys have changed.
    @Test
    void aRefusedTokenIsNotSentAgain() {
        SaslLogin login = logins.login("localhost", new Random(1));
        login.first();
        login.next("{\"status\":\"invalid_token\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(text(first())).contains(token(2, 1_100));
        assertThat(asked).isEqualTo(2);
    }

    /// As a connection that is refused is reported by the JDK's HTTP client.
    @Test
    void failureWithoutMessageIsNamedByItsKind() {
        var away = new BearerLogins(
                () -> {
                    throw new ConnectException();
                },
                clock);
        assertThat(text(away.login("localhost", new Random(1)).first())).isEqualTo("refused: ConnectException");
    }

    @Test
    void serviceThatIsAwayLeavesTheTokenInUseUntilItEnds() {
        String before = text(first());
        failure = "connection refused";
        clock.advance(Duration.ofSeconds(99));
        assertThat(text(first())).isEqualTo(before);
        clock.advance(Duration.ofSeconds(1));
        assertThat(text(first())).isEqualTo("refused: connection refused");
        failure = "";
        assertThat(text(first())).startsWith("n,,");
    }

    @Test
    void expiredTokenOfTheServiceIsNotSent() {
        lifeSeconds = 0;
        assertThat(text(first())).isEqualTo("refused: the token of the service has expired");
    }

    @Test
    void largeTokenIsNotSent() {
        extra = ",\"groups\":\"" + "g".repeat(60_000) + "\"";
        assertThat(text(first())).startsWith("refused: the token of the service is longer than");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>log in here</html>",
                "{\"error\":\"invalid_client\"}",
                "{\"access_token\":\"opaque\"}",
                "{\"access_token\":\"a.!.c\"}",
                "{\"access_token\":\"aGVhZGVy.e30.c2ln\"}",
                "{\"access_token\":null}"
            })
    void answerWithoutUsableTokenIsRefused(String answer) {
        var login = new BearerLogins(() -> answer, clock).login("localhost", new Random(1));
        assertThat(text(login.first())).startsWith("refused: the ");
    }

    /// The server ends a failed exchange when the client has sent a last byte (RFC 7628).
    @Test
    void refusedTokenIsNotTrustedTwice() {
        SaslLogin login = logins.login("localhost", new Random(1));
        login.first();
        assertThat(text(login.next("{\"status\":\"invalid_token\"}".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("\u0001");
        assertThat(text(login.next(new byte[0]))).startsWith("refused");
        SaslLogin other = logins.login("localhost", new Random(1));
        other.first();
        assertThat(text(other.next(new byte[0]))).isEqualTo("done");
    }

    private static TokenEndpoint endpoint(Map<String, String> settings, String options, String allowed)
            throws SecuritySettingException {
        return TokenEndpoint.of(
                settings::get, "sasl.jaas.config", MODULE + " required" + options + ";", allowed, new FileDisk());
    }

    private static Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "sasl.oauthbearer.token.endpoint.url", URL,
                "sasl.oauthbearer.client.credentials.client.id", "node",
                "sasl.oauthbearer.client.credentials.client.secret", "secret-4716"));
    }

    @Test
    void settingsGoBeforeOptionsOfTheLoginModule() throws Exception {
        Map<String, String> settings = settings();
        settings.put("sasl.oauthbearer.scope", "log");
        TokenEndpoint endpoint =
                endpoint(settings, " clientId=\"other\" clientSecret=\"other\" scope=\"other\"", "https://a," + URL);
        assertThat(endpoint.clientId()).isEqualTo("node");
        assertThat(endpoint.clientSecret()).isEqualTo("secret-4716");
        assertThat(endpoint.scope()).isEqualTo("log");
        assertThat(endpoint.toString()).doesNotContain("secret-4716");
        var options =
                endpoint(Map.of("sasl.oauthbearer.token.endpoint.url", URL), " clientId=\"i\" clientSecret=\"s\"", URL);
        assertThat(options.clientId() + options.clientSecret() + options.scope())
                .isEqualTo("is");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            sasl.oauthbearer.token.endpoint.url | - | must be set
            sasl.oauthbearer.token.endpoint.url | https://tokens.example/other | is not among the URLs
            sasl.oauthbearer.token.endpoint.url | file:/etc/token | must begin with https: or http:
            sasl.oauthbearer.token.endpoint.url | no url at all | is no URL
            sasl.oauthbearer.client.credentials.client.id | - | must be set
            sasl.oauthbearer.client.credentials.client.secret | - | must be set
            """)
    void settingThatCannotBeUsedIsRefusedWithoutTheSecret(String name, String value, String reason) {
        Map<String, String> settings = settings();
        if (value == null) settings.remove(name);
        else settings.put(name, value);
        assertThatThrownBy(() -> endpoint(settings, "", URL + ",file:/etc/token"))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("secret-4716");
    }
}
