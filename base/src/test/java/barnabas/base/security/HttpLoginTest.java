package barnabas.base.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Headers of HTTP requests that say who asks, and under which name.
class HttpLoginTest {
    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void basicIsAUserWithAPassword() {
        assertThat(HttpBasic.parse(basic("alice:a:b"))).contains(new HttpBasic("alice", "a:b"));
        assertThat(HttpBasic.parse(basic("é:").replace("Basic", "bAsIc"))).contains(new HttpBasic("é", ""));
        for (String each : List.of("", "Basic", "Basic ", "Basic !", basic("alice"), basic(":p"), "Bearer YTpi"))
            assertThat(HttpBasic.parse(each)).as(each).isEmpty();
        assertThat(new HttpBasic("alice", "secret").toString()).doesNotContain("secret");
    }

    @Test
    void hostsAreNamesThatWereGivenAndAddresses() {
        var hosts = new HostNames(List.of("Sql.Example"));
        for (String each :
                List.of("localhost", "LOCALHOST:1", "sql.example:8088", "127.0.0.1:8088", "10.0.0.1", "[::1]:8088"))
            assertThat(hosts.knows(each)).as(each).isTrue();
        for (String each :
                List.of("", "evil.example", "evil.example:8088", "localhost.evil.example", "1.2.3.4.evil", "::x"))
            assertThat(hosts.knows(each)).as(each).isFalse();
    }
}
