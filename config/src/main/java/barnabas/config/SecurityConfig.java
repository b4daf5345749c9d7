package barnabas.config;

import barnabas.config.keys.EnumNames;
import barnabas.config.keys.Values;
import barnabas.config.listeners.SecurityProtocol;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Authentication between brokers, authorization and delegation tokens. TLS and SASL settings of a listener are
/// read by name through [BrokerConfig#valueFor], because each listener may have its own.
///
/// @param authorizerClass empty when nothing is checked
public record SecurityConfig(
        SecurityProtocol interBrokerProtocol,
        String interBrokerMechanism,
        String controllerMechanism,
        List<String> enabledMechanisms,
        int saslMessageBytesMax,
        String authorizerClass,
        String principalBuilderClass,
        DelegationTokens delegationTokens) {
    /// The one authorizer that is served.
    public static final String STANDARD_AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

    /// KIP-48.
    ///
    /// @param secretKey null when tokens are off
    public record DelegationTokens(
            @Nullable String secretKey, long lifetimeMillisMax, long expiryMillis, long expiryCheckIntervalMillis) {

        /// Without the secret.
        @Override
        public String toString() {
            return "DelegationTokens[secretKey=" + (secretKey == null ? "null" : "[hidden]") + ", lifetimeMillisMax="
                    + lifetimeMillisMax + ", expiryMillis=" + expiryMillis + ", expiryCheckIntervalMillis="
                    + expiryCheckIntervalMillis + "]";
        }
    }

    static SecurityConfig of(Values values) {
        return new SecurityConfig(
                EnumNames.of(SecurityProtocol.class, values.string("security.inter.broker.protocol")),
                values.string("sasl.mechanism.inter.broker.protocol"),
                values.string("sasl.mechanism.controller.protocol"),
                values.list("sasl.enabled.mechanisms"),
                values.integer("sasl.server.max.receive.size"),
                values.string("authorizer.class.name"),
                values.string("principal.builder.class"),
                new DelegationTokens(
                        values.stringOrNull("delegation.token.secret.key"),
                        values.number("delegation.token.max.lifetime.ms"),
                        values.number("delegation.token.expiry.time.ms"),
                        values.number("delegation.token.expiry.check.interval.ms")));
    }
}
