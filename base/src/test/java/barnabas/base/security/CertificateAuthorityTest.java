package barnabas.base.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Certificates as the JDK's validator and other tools want them.
class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final List<String> HOSTS = List.of("broker.example", "127.0.0.1", "::1");

    private final CertificateAuthority authority = CertificateAuthority.create("CN=ca", NOW, YEAR, new Random(1));

    CertificateAuthorityTest() throws GeneralSecurityException {}

    private static void validate(X509Certificate leaf, X509Certificate anchor, Instant at) throws Exception {
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    @Test
    void issuedCertificatesAreValidForTheirHostsAndTime() throws Exception {
        var identity = authority.issue("CN=node", HOSTS, NOW, YEAR);
        X509Certificate leaf = identity.chain().getFirst();
        X509Certificate ca = authority.own().chain().getFirst();
        validate(leaf, ca, NOW.plus(Duration.ofDays(1)));
        assertThat(leaf.getSubjectAlternativeNames().stream().map(each -> each.get(1)))
                .map(String::valueOf)
                .containsExactly("broker.example", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(ca.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(leaf.getKeyUsage()).startsWith(true, false, false);
        assertThat(ca.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
        assertThat(leaf.getSerialNumber()).isNotEqualTo(ca.getSerialNumber()).isPositive();
        assertThatThrownBy(() -> validate(leaf, ca, NOW.plus(YEAR).plusSeconds(1)))
                .hasMessageContaining("validity check failed");
        X509Certificate foreign = CertificateAuthority.create("CN=ca", NOW, YEAR, new Random(2))
                .own()
                .chain()
                .getFirst();
        assertThatThrownBy(() -> validate(leaf, foreign, NOW)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void anAuthorityThatIsReadAgainSignsAsBefore() throws Exception {
        var own = authority.own();
        var again = CertificateAuthority.of(own.keyPem() + own.chainPem(), new Random(3));
        validate(
                again.issue("CN=node", HOSTS, NOW, YEAR).chain().getFirst(),
                own.chain().getFirst(),
                NOW);
        assertThat(own.toString()).doesNotContain("PRIVATE");
    }
}
