package org.apache.kafka.common.utils;

/// Version of the runtime under the name that it had up to Kafka 4.3. Kafka 4.4 moved the class to `internals`; most
/// connectors that were built for earlier versions ask it for their version.
public final class AppInfoParser {
    private AppInfoParser() {}

    public static String getVersion() {
        return org.apache.kafka.common.utils.internals.AppInfoParser.getVersion();
    }

    public static String getCommitId() {
        return org.apache.kafka.common.utils.internals.AppInfoParser.getCommitId();
    }
}
