package barnabas.broker.logging;

import barnabas.config.dynamic.ChangeResult;
import barnabas.config.dynamic.ConfigChange;
import barnabas.config.dynamic.DynamicConfigs;
import barnabas.metadata.decision.Refusal;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/// The loggers of this broker as configurations (resource type BROKER_LOGGER, KIP-412): a logger is a name, its level
/// the value. Nothing is kept over a restart. The loggers of [TracedClients] need not be there to get a level.
public final class LoggerConfigs {
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    /// Kafka's levels. FATAL, which slf4j does not have, counts as ERROR.
    private static final List<String> LEVELS = List.of("DEBUG", "ERROR", "FATAL", "INFO", "TRACE", "WARN");

    private final Optional<LogLevels> levels;

    public LoggerConfigs(Optional<LogLevels> levels) {
        this.levels = levels;
    }

    /// Current level of each logger; empty when the logging backend has none.
    public SortedMap<String, String> described() {
        var described = new TreeMap<String, String>();
        levels.ifPresent(all -> all.effective().forEach((name, level) -> described.put(name, level.name())));
        return described;
    }

    /// Makes all changes or none.
    ///
    /// @return why not; null when all is well
    public @Nullable Refusal alter(List<AlterableConfig> changes, boolean validateOnly) {
        if (levels.isEmpty()) return invalid("The log levels of this process cannot be changed while it runs.");
        ChangeResult.Refused malformed = DynamicConfigs.problemWithForm(changes.stream()
                .map(each -> new ConfigChange(
                        each.name(),
                        each.configOperation() == DELETE ? ConfigChange.Operation.DELETE : ConfigChange.Operation.SET,
                        each.value()))
                .toList());
        if (malformed != null) return Refusal.of(malformed);
        LogLevels all = levels.get();
        Set<String> existing = all.effective().keySet();
        int clients = 0;
        for (AlterableConfig change : changes) {
            Refusal problem = problemWith(change, existing, clients);
            if (problem != null) return problem;
            if (TracedClients.isOne(change.name()) && !TracedClients.isTraced(change.name())) clients++;
        }
        if (validateOnly) return null;
        for (AlterableConfig change : changes) {
            if (change.configOperation() == DELETE) {
                all.unset(change.name());
                TracedClients.unset(change.name());
            } else {
                all.set(change.name(), level(change.value()));
                TracedClients.set(change.name(), level(change.value()));
            }
        }
        return null;
    }

    private static @Nullable Refusal problemWith(AlterableConfig change, Set<String> existing, int clients) {
        String name = change.name();
        return switch (change.configOperation()) {
            case SET ->
                (TracedClients.isOne(name) ? TracedClients.mayBe(name, clients) : existing.contains(name))
                        ? problemWithLevel(name, change.value())
                        : noSuch(name);
            case DELETE -> problemWithRemoving(name, existing);
            case APPEND -> invalid("APPEND operation is not allowed for the BROKER_LOGGER resource");
            case SUBTRACT -> invalid("SUBTRACT operation is not allowed for the BROKER_LOGGER resource");
            default ->
                invalid("Unknown operation type " + change.configOperation() + " is not allowed for the BROKER_LOGGER"
                        + " resource");
        };
    }

    private static @Nullable Refusal problemWithLevel(String logger, @Nullable String level) {
        if (level != null && LEVELS.contains(level.toUpperCase(Locale.ROOT))) return null;
        return new Refusal(
                ErrorCode.INVALID_CONFIG,
                "Cannot set the log level of " + logger + " to " + level
                        + " as it is not a supported log level. Valid log levels are " + String.join(", ", LEVELS));
    }

    private static @Nullable Refusal problemWithRemoving(String logger, Set<String> existing) {
        if (logger.equals(LogLevels.ROOT)) {
            return invalid("Removing the log level of the " + LogLevels.ROOT + " logger is not allowed");
        }
        return existing.contains(logger) || TracedClients.isTraced(logger) ? null : noSuch(logger);
    }

    private static Level level(@Nullable String name) {
        String upper = String.valueOf(name).toUpperCase(Locale.ROOT);
        return upper.equals("FATAL") ? Level.ERROR : Level.valueOf(upper);
    }

    private static Refusal noSuch(String logger) {
        return new Refusal(ErrorCode.INVALID_CONFIG, "Logger " + logger + " does not exist!");
    }

    private static Refusal invalid(String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message);
    }

    /// Error if this is not the name of this broker; null otherwise.
    public static @Nullable String problemWithBroker(String name, int nodeId) {
        if (name.isEmpty()) return "Broker id must not be empty";
        return name.equals(Integer.toString(nodeId))
                ? null
                : "Unexpected broker id, expected " + nodeId + " but received " + name;
    }
}
