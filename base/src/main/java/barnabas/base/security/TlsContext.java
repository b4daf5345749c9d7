package barnabas.base.security;

import barnabas.base.Disk;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Keys, trust and rules of one side of TLS connections, read once. Immutable: a changed file makes another context,
/// and connections that stand keep theirs. From any thread.
public final class TlsContext {
    static {
        // A client that renegotiates has the server compute for it as often as it likes. Read by the JDK when its first
        // TLS class is loaded; an operator's own value counts.
        if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null)
            System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    /// CBC with SHA-1, which TLS 1.2 still has: open to attacks on its padding.
    private static final String WEAK_SUITE_END = "_CBC_SHA";

    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    private final TlsSettings settings;
    private final SSLContext context;
    private final String[] cipherSuites;
    private final List<X509Certificate> ownCertificates;
    private final Map<String, String> names;

    private TlsContext(
            TlsSettings settings,
            SSLContext context,
            String[] cipherSuites,
            List<X509Certificate> ownCertificates,
            Map<String, String> names) {
        this.settings = settings;
        this.context = context;
        this.cipherSuites = cipherSuites;
        this.ownCertificates = ownCertificates;
        this.names = Map.copyOf(names);
    }

    /// Reads a server's keys and trust.
    ///
    /// @throws SecuritySettingException with setting, file and reason
    public static TlsContext server(TlsSettings settings, Disk disk) throws SecuritySettingException {
        KeyStores.Keys keys = KeyStores.keys(settings.keyStore(), disk);
        if (keys == null)
            throw new SecuritySettingException(
                    "no key: ssl.keystore.location, or ssl.keystore.key and ssl.keystore.certificate.chain, must be set");
        return load(settings, keys, disk);
    }

    /// Reads a client's trust, and its keys if it has some.
    ///
    /// @throws SecuritySettingException with setting, file and reason
    public static TlsContext client(TlsSettings settings, Disk disk) throws SecuritySettingException {
        return load(settings, KeyStores.keys(settings.keyStore(), disk), disk);
    }

    /// Reads what a program in a server's own process needs to be a client of that server and of others like it: trusts
    /// what the server trusts, the server's own certificates and those of their issuers.
    ///
    /// @param settings the server's
    /// @param showsKey whether it shows the server's own certificate; otherwise none
    /// @throws SecuritySettingException with setting, file and reason
    public static TlsContext ofOwnServer(TlsSettings settings, boolean showsKey, Disk disk)
            throws SecuritySettingException {
        KeyStores.Keys keys = KeyStores.keys(settings.keyStore(), disk);
        KeyStore trusted = KeyStores.trusted(settings.trustStore(), disk);
        if (keys != null) trusted = KeyStores.with(trusted, keys);
        return load(settings, showsKey ? keys : null, trusted);
    }

    private static TlsContext load(TlsSettings settings, KeyStores.@Nullable Keys keys, Disk disk)
            throws SecuritySettingException {
        return load(settings, keys, KeyStores.trusted(settings.trustStore(), disk));
    }

    private static TlsContext load(TlsSettings settings, KeyStores.@Nullable Keys keys, @Nullable KeyStore trusted)
            throws SecuritySettingException {
        for (String each : settings.protocols())
            if (!PROTOCOLS.contains(each))
                throw new SecuritySettingException("ssl.enabled.protocols: " + each + " is none of " + PROTOCOLS);
        if (settings.protocols().isEmpty()) throw new SecuritySettingException("ssl.enabled.protocols is empty");
        try {
            TlsSettings.Algorithms algorithms = settings.algorithms();
            SSLContext context = algorithms.provider() == null
                    ? SSLContext.getInstance(algorithms.protocol())
                    : SSLContext.getInstance(algorithms.protocol(), algorithms.provider());
            KeyManagerFactory keyManagers = null;
            if (keys != null) {
                keyManagers = KeyManagerFactory.getInstance(algorithms.keyManager());
                keyManagers.init(keys.store(), keys.password().toCharArray());
            }
            TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(algorithms.trustManager());
            trustManagers.init(trusted);
            context.init(
                    keyManagers == null ? null : keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
            return new TlsContext(
                    settings,
                    context,
                    cipherSuites(settings, context),
                    keys == null ? List.of() : own(keys.store()),
                    Map.of());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SecuritySettingException("TLS cannot be set up: " + KeyStores.reason(e), e);
        }
    }

    private static String[] cipherSuites(TlsSettings settings, SSLContext context) throws SecuritySettingException {
        if (settings.cipherSuites().isEmpty()) {
            return Arrays.stream(context.getDefaultSSLParameters().getCipherSuites())
                    .filter(each -> !each.endsWith(WEAK_SUITE_END))
                    .toArray(String[]::new);
        }
        List<String> supported = List.of(context.getSupportedSSLParameters().getCipherSuites());
        for (String each : settings.cipherSuites())
            if (!supported.contains(each))
                throw new SecuritySettingException("ssl.cipher.suites: " + each + " is not supported");
        return settings.cipherSuites().toArray(new String[0]);
    }

    private static List<X509Certificate> own(KeyStore store) throws KeyStoreException {
        var certificates = new ArrayList<X509Certificate>();
        for (String alias : Collections.list(store.aliases()))
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate own)
                certificates.add(own);
        return certificates;
    }

    /// The same for sockets to hosts whose certificates are for other names.
    ///
    /// @param names by the host that is connected to
    public TlsContext withNames(Map<String, String> names) {
        return new TlsContext(settings, context, cipherSuites, ownCertificates, names);
    }

    public TlsSettings settings() {
        return settings;
    }

    /// Own certificates, without those of their issuers.
    public List<X509Certificate> ownCertificates() {
        return List.copyOf(ownCertificates);
    }

    /// An engine for one accepted connection.
    public SSLEngine serverEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters();
        switch (settings.clientAuth()) {
            case NONE -> {}
            case REQUESTED -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// An engine for one connection to `host`, whose certificate must be for this name unless the settings say
    /// otherwise.
    public SSLEngine clientEngine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        engine.setSSLParameters(clientParameters());
        return engine;
    }

    /// Makes blocking sockets whose user checks the name of the host.
    public SSLSocketFactory clientSockets() {
        return context.getSocketFactory();
    }

    /// A blocking socket over a connected one, before its handshake.
    public SSLSocket clientSocket(Socket connected, String host, int port) throws IOException {
        String name = names.getOrDefault(host, host);
        var socket = (SSLSocket) context.getSocketFactory().createSocket(connected, name, port, true);
        socket.setSSLParameters(clientParameters());
        return socket;
    }

    private SSLParameters clientParameters() {
        SSLParameters parameters = parameters();
        if (!settings.hostNameCheck().isEmpty())
            parameters.setEndpointIdentificationAlgorithm(
                    settings.hostNameCheck().toUpperCase(Locale.ROOT));
        return parameters;
    }

    private SSLParameters parameters() {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(settings.protocols().toArray(new String[0]));
        parameters.setCipherSuites(cipherSuites);
        return parameters;
    }
}
