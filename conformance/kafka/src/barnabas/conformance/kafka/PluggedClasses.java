package barnabas.conformance.kafka;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.PlaintextAuthenticationContext;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.opentest4j.TestAbortedException;

/// Java classes that a test plugs into a broker. The few that say what settings of ours say as well are replaced by
/// these; a class that names the clients of plain listeners is asked by the node; all others abort the test.
record PluggedClasses(KafkaConfig config, List<Endpoint> endpoints) {
    private static final String BUILDER = "principal.builder.class";
    private static final String STANDARD = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

    /// Allows everything about users' passwords to all principals but one.
    private static final String ALTER_CREDENTIALS = "kafka.server.AlterCredentialsTest$TestStandardAuthorizer";

    /// Stops changes of ACLs at a semaphore, for those of its tests that ask so.
    private static final String STOPPED_ACLS = "kafka.api.SslAdminIntegrationTest$TestableStandardAuthorizer";

    /// Rules for the names in certificates, in place of classes that say the same.
    private static final Map<String, String> CERTIFICATE_RULES = Map.of(
            "kafka.api.SslEndToEndAuthorizationTest$TestPrincipalBuilder",
            "RULE:^O=A server,CN=.*$/server/,RULE:^O=A client,CN=super-user$/server/,DEFAULT",
            "kafka.api.SslAdminIntegrationTest$TestPrincipalBuilder",
            "RULE:^O=A server,CN=.*$/server/,RULE:^O=A client,CN=super-user$/server/,"
                    + "RULE:^O=A client,CN=client$/client/,RULE:^.*$/ANONYMOUS/");

    /// By listener; the nodes of a test's cluster share a process.
    private static final Map<String, KafkaPrincipalBuilder> BUILDERS = new ConcurrentHashMap<>();

    static void forget() {
        BUILDERS.clear();
    }

    /// Allows everything about topics to all, as an authorizer of a test's own does besides what it is there for.
    static final AclBinding TOPICS_FOR_ALL = new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL),
            new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermissionType.ALLOW));

    /// @return whether the node is to begin with [#TOPICS_FOR_ALL]
    boolean translate(Map<String, String> properties, String door, String doorPrincipal) {
        for (String name : List.of(
                "create.topic.policy.class.name",
                "alter.config.policy.class.name",
                "client.quota.callback.class",
                "metric.reporters")) {
            if (!properties.getOrDefault(name, "").isEmpty()) throw plugs(name, properties.get(name));
        }
        properties.forEach((name, value) -> {
            if (name.endsWith("callback.handler.class") && !value.isEmpty()) throw plugs(name, value);
        });
        boolean lenient = authorizer(properties, doorPrincipal);
        principals(properties, door, doorPrincipal, lenient);
        for (Endpoint each : endpoints) {
            if (each.securityProtocol().name.startsWith("SASL")) logins(each.listener(), properties);
        }
        return lenient;
    }

    private static TestAbortedException plugs(String name, String type) {
        return new TestAbortedException("plugs a Java class into the broker: " + name + " = " + type);
    }

    /// Whether it was one that lets brokers in whatever their names are.
    private static boolean authorizer(Map<String, String> properties, String doorPrincipal) {
        String name = properties.getOrDefault("authorizer.class.name", "");
        if (name.isEmpty() || name.equals(STANDARD)) return false;
        if (!name.equals(ALTER_CREDENTIALS) && !name.equals(STOPPED_ACLS)) throw plugs("authorizer.class.name", name);
        properties.put("authorizer.class.name", STANDARD);
        if (name.equals(STOPPED_ACLS)) return false;
        properties.put("super.users", KafkaPrincipal.ANONYMOUS + ";" + doorPrincipal);
        return true;
    }

    private void principals(
            Map<String, String> properties, String door, String doorPrincipal, boolean lenient) {
        boolean plain = endpoints.stream().allMatch(each -> each.securityProtocol() == SecurityProtocol.PLAINTEXT);
        for (Endpoint each : endpoints) {
            String own = "listener.name." + each.listener().toLowerCase(Locale.ROOT) + "." + BUILDER;
            String type = properties.getOrDefault(own, properties.getOrDefault(BUILDER, ""));
            if (type.isEmpty() || type.startsWith("org.apache.kafka.")) continue;
            String rules = CERTIFICATE_RULES.get(type);
            if (rules != null) {
                properties.put("ssl.principal.mapping.rules", rules);
                continue;
            }
            if (!plain) throw plugs(BUILDER, type);
            BUILDERS.put(each.listener(), builder(type));
        }
        properties.keySet().removeIf(name -> name.endsWith(BUILDER));
        NodeDoor.choosePrincipals(listener -> {
            if (listener.equals(door)) return doorPrincipal;
            KafkaPrincipalBuilder builder = BUILDERS.get(listener);
            // Where the authorizer lets all brokers in, their principals at the controller are nothing to test.
            if (lenient && config.controllerListenerNames().contains(listener)) return doorPrincipal;
            if (builder == null) return KafkaPrincipal.ANONYMOUS.toString();
            var context = new PlaintextAuthenticationContext(InetAddress.getLoopbackAddress(), listener);
            return builder.build(context).toString();
        });
    }

    private static KafkaPrincipalBuilder builder(String type) {
        try {
            return (KafkaPrincipalBuilder)
                    Class.forName(type).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// From the JAAS file of the test's process to the settings of the listener: nodes read no such file.
    private static void logins(String listener, Map<String, String> properties) {
        String enabled = properties.getOrDefault("sasl.enabled.mechanisms", "GSSAPI");
        var unsigned = properties.getOrDefault("sasl.oauthbearer.jwks.endpoint.url", "").isEmpty();
        for (String mechanism : enabled.split(",")) {
            if (mechanism.equals("GSSAPI")) throw new TestAbortedException("needs Kerberos");
            if (mechanism.equals("OAUTHBEARER") && unsigned)
                throw new TestAbortedException("needs tokens without a signature, which Barnabas never takes");
            String of = listener.toLowerCase(Locale.ROOT) + "." + mechanism.toLowerCase(Locale.ROOT);
            String name = "listener.name." + of + ".sasl.jaas.config";
            if (properties.containsKey(name)) continue;
            String line = login(listener, mechanism);
            if (!line.isEmpty()) properties.put(name, line);
        }
    }

    private static String login(String listener, String mechanism) {
        String wanted = mechanism.startsWith("SCRAM") ? "ScramLoginModule" : "PlainLoginModule";
        for (AppConfigurationEntry each : entries(listener)) {
            if (!each.getLoginModuleName().endsWith(wanted)) continue;
            String options = each.getOptions().entrySet().stream()
                    .map(option -> " " + option.getKey() + "=\"" + option.getValue() + "\"")
                    .collect(Collectors.joining());
            return each.getLoginModuleName() + " required" + options + ";";
        }
        return "";
    }

    private static List<AppConfigurationEntry> entries(String listener) {
        var all = new ArrayList<AppConfigurationEntry>();
        for (String section : List.of(listener.toLowerCase(Locale.ROOT) + ".KafkaServer", "KafkaServer")) {
            try {
                AppConfigurationEntry[] found = Configuration.getConfiguration().getAppConfigurationEntry(section);
                if (found != null) all.addAll(List.of(found));
            } catch (SecurityException e) {
                // No file was named.
                return List.of();
            }
        }
        return all;
    }
}
