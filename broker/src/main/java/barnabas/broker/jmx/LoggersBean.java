package barnabas.broker.jmx;

import barnabas.broker.logging.LogLevels;
import barnabas.broker.logging.LoggerConfigs;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import java.util.List;
import java.util.Optional;

/// The levels of the process's loggers, as the bean `kafka:type=kafka.Log4jController` has them.
final class LoggersBean implements LoggersMBean {
    private final Optional<LogLevels> levels;

    LoggersBean(Optional<LogLevels> levels) {
        this.levels = levels;
    }

    @Override
    public List<String> getLoggers() {
        return new LoggerConfigs(levels)
                .described().entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .toList();
    }

    @Override
    public String getLogLevel(String logger) {
        return new LoggerConfigs(levels).described().getOrDefault(logger, "No such logger.");
    }

    @Override
    public boolean setLogLevel(String logger, String level) {
        var change = AlterableConfig.builder()
                .name(logger)
                .configOperation((byte) 0)
                .value(level)
                .build();
        return new LoggerConfigs(levels).alter(List.of(change), false) == null;
    }
}
