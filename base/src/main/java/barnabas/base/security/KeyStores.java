package barnabas.base.security;

import barnabas.base.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads own keys and trusted certificates into key stores in memory.
final class KeyStores {
    /// Larger files are no key stores.
    private static final int FILE_BYTES_MAX = 16 << 20;

    private static final byte[] PROBE = "a signature that the certificate must verify".getBytes(StandardCharsets.UTF_8);

    private KeyStores() {}

    /// A store with own keys, and the password of each of them.
    record Keys(KeyStore store, String password) {
        @Override
        public String toString() {
            return "Keys";
        }
    }

    /// @return null when no key is set
    static @Nullable Keys keys(TlsSettings.KeyStore settings, Disk disk) throws SecuritySettingException {
        String chain = settings.certificateChain();
        String location = settings.location();
        boolean isPem = settings.type().equalsIgnoreCase(TlsSettings.PEM);
        if (chain != null || settings.key() != null) {
            if (chain == null || settings.key() == null)
                throw new SecuritySettingException(
                        "ssl.keystore.certificate.chain and ssl.keystore.key must be set together");
            if (!isPem)
                throw new SecuritySettingException(
                        "ssl.keystore.certificate.chain needs ssl.keystore.type=PEM, not " + settings.type());
            if (location != null)
                throw new SecuritySettingException("ssl.keystore.location and ssl.keystore.key exclude each other");
            return pemKeys("ssl.keystore.key", chain, settings.key(), settings.keyPassword());
        }
        if (location == null) return null;
        String what = "ssl.keystore.location=" + location;
        ByteBuffer content = read(what, location, disk);
        if (!isPem) return storedKeys(what, settings, content);
        String text = StandardCharsets.UTF_8.decode(content).toString();
        if (settings.password() != null)
            throw new SecuritySettingException(
                    what + ": ssl.keystore.password cannot be set for PEM, only ssl.key.password");
        return pemKeys(what, text, text, settings.keyPassword());
    }

    private static Keys pemKeys(String what, String chain, String key, @Nullable String password)
            throws SecuritySettingException {
        try {
            List<X509Certificate> certificates = new PemText(chain).certificates();
            PrivateKey own = new PemText(key).key(password);
            KeyStore store = empty();
            store.setKeyEntry("key", own, new char[0], certificates.toArray(new Certificate[0]));
            var keys = new Keys(store, "");
            check(store, keys);
            return keys;
        } catch (GeneralSecurityException | IOException e) {
            throw new SecuritySettingException(what + ": " + reason(e), e);
        }
    }

    private static Keys storedKeys(String what, TlsSettings.KeyStore settings, ByteBuffer content)
            throws SecuritySettingException {
        if (settings.password() == null)
            throw new SecuritySettingException(what + ": ssl.keystore.password is not set");
        String password = settings.password();
        try {
            KeyStore store = load(settings.type(), content, password.toCharArray());
            var keys = new Keys(store, settings.keyPassword() == null ? password : settings.keyPassword());
            check(store, keys);
            return keys;
        } catch (GeneralSecurityException | IOException e) {
            throw new SecuritySettingException(what + ": " + reason(e), e);
        }
    }

    /// At least one key, all keys readable, each with its own certificate.
    private static void check(KeyStore store, Keys keys) throws GeneralSecurityException {
        boolean any = false;
        for (String alias : Collections.list(store.aliases())) {
            if (!store.isKeyEntry(alias)) continue;
            if (!(key(store, alias, keys) instanceof PrivateKey own)) continue;
            any = true;
            if (!belongTogether(own, store.getCertificate(alias).getPublicKey()))
                throw new InvalidKeyException("the private key " + alias + " and its certificate do not match");
        }
        if (!any) throw new InvalidKeyException("there is no private key");
    }

    private static @Nullable Key key(KeyStore store, String alias, Keys keys) throws GeneralSecurityException {
        try {
            return store.getKey(alias, keys.password.toCharArray());
        } catch (UnrecoverableKeyException e) {
            throw new UnrecoverableKeyException("the key " + alias + " cannot be read with ssl.key.password");
        }
    }

    private static boolean belongTogether(PrivateKey own, PublicKey published) throws GeneralSecurityException {
        if (!own.getAlgorithm().equals(published.getAlgorithm())) return false;
        String algorithm = switch (own.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "DSA" -> "SHA256withDSA";
            case "EdDSA" -> "EdDSA";
            default -> "";
        };
        if (algorithm.isEmpty()) return true;
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(own);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(published);
        signature.update(PROBE);
        return signature.verify(signed);
    }

    /// @return null when nothing is set: the JDK's own certificates count
    static @Nullable KeyStore trusted(TlsSettings.TrustStore settings, Disk disk) throws SecuritySettingException {
        String inline = settings.certificates();
        String location = settings.location();
        boolean isPem = settings.type().equalsIgnoreCase(TlsSettings.PEM);
        if (inline != null) {
            if (!isPem)
                throw new SecuritySettingException(
                        "ssl.truststore.certificates needs ssl.truststore.type=PEM, not " + settings.type());
            if (location != null)
                throw new SecuritySettingException(
                        "ssl.truststore.location and ssl.truststore.certificates exclude each other");
            return pemTrusted("ssl.truststore.certificates", inline);
        }
        if (location == null) return null;
        String what = "ssl.truststore.location=" + location;
        ByteBuffer content = read(what, location, disk);
        if (isPem) {
            if (settings.password() != null)
                throw new SecuritySettingException(what + ": ssl.truststore.password cannot be set for PEM");
            return pemTrusted(what, StandardCharsets.UTF_8.decode(content).toString());
        }
        try {
            KeyStore store = load(
                    settings.type(),
                    content,
                    settings.password() == null ? null : settings.password().toCharArray());
            for (String alias : Collections.list(store.aliases())) if (store.isCertificateEntry(alias)) return store;
            throw new SecuritySettingException(
                    what + ": there is no trusted certificate, or it needs" + " ssl.truststore.password");
        } catch (GeneralSecurityException | IOException e) {
            throw new SecuritySettingException(what + ": " + reason(e), e);
        }
    }

    /// These trusted certificates, none if there are no settings for them, and those of own keys with their issuers'.
    static KeyStore with(@Nullable KeyStore trusted, Keys own) throws SecuritySettingException {
        try {
            KeyStore both = empty();
            int number = 0;
            if (trusted != null)
                for (String alias : Collections.list(trusted.aliases()))
                    if (trusted.isCertificateEntry(alias))
                        both.setCertificateEntry("trusted" + number++, trusted.getCertificate(alias));
            for (String alias : Collections.list(own.store().aliases())) {
                Certificate[] chain = own.store().getCertificateChain(alias);
                if (chain == null) continue;
                for (Certificate each : chain) both.setCertificateEntry("trusted" + number++, each);
            }
            return both;
        } catch (GeneralSecurityException | IOException e) {
            throw new SecuritySettingException("ssl.keystore: " + reason(e), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore pemTrusted(String what, String text) throws SecuritySettingException {
        try {
            KeyStore store = empty();
            int number = 0;
            for (X509Certificate each : new PemText(text).certificates())
                store.setCertificateEntry("trusted" + number++, each);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new SecuritySettingException(what + ": " + reason(e), e);
        }
    }

    private static KeyStore load(String type, ByteBuffer content, char @Nullable [] password)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(type.toUpperCase(Locale.ROOT));
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        store.load(new ByteArrayInputStream(bytes), password);
        return store;
    }

    private static ByteBuffer read(String what, String location, Disk disk) throws SecuritySettingException {
        try {
            Path file = Path.of(location);
            if (!disk.exists(file)) throw new SecuritySettingException(what + ": the file does not exist");
            if (disk.isDirectory(file)) throw new SecuritySettingException(what + ": it is a directory");
            return disk.readWhole(file, FILE_BYTES_MAX)
                    .orElseThrow(() -> new SecuritySettingException(
                            what + ": the file is larger than " + FILE_BYTES_MAX + " bytes or being written"));
        } catch (IOException | InvalidPathException e) {
            throw new SecuritySettingException(what + ": the file cannot be read: " + reason(e), e);
        }
    }

    static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message.replace('\n', ' ');
    }
}
