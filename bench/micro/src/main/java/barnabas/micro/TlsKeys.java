package barnabas.micro;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// Key and certificates of a server, and the authority that its clients trust.
record TlsKeys(PrivateKey key, List<X509Certificate> chain, X509Certificate authority) {
    @Override
    public String toString() {
        return "TlsKeys";
    }
}
