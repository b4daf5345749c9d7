package barnabas.broker.jmx;

import java.util.List;

/// Interface of [LoggersBean], with the names that Kafka's bean has.
public interface LoggersMBean {
    /// `NAME=LEVEL` of each logger.
    List<String> getLoggers();

    String getLogLevel(String logger);

    /// @return whether there are such a logger and such a level
    boolean setLogLevel(String logger, String level);
}
