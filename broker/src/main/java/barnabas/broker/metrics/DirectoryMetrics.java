package barnabas.broker;

import barnabas.log.directory.LogCleaner;
import barnabas.log.directory.LogDirectory;
import barnabas.metrics.Metric;
import barnabas.metrics.Metric.Unit;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.net.NetworkCounters;
import barnabas.net.Server;
import java.util.List;
import java.util.Locale;

/// Figures that the node's parts keep for themselves: connections, log directories, compaction.
record NodeMetrics(Server network, List<LogDirectory> directories, LogCleaner cleaner) implements MetricSource {
    @Override
    public void read(Reading reading) {
        readNetwork(network.counters(), reading);
        readDirectories(reading);
        readCleaner(cleaner.status(), reading);
    }

    private static void readNetwork(NetworkCounters counters, Reading reading) {
        reading.add(
                Metric.counter("connections_accepted", Unit.NONE, "Accepted connections, refused ones included."),
                counters.accepted());
        reading.add(Metric.gauge("connections", Unit.NONE, "Open connections."), counters.active());
        Metric closed = Metric.counter("connections_closed", Unit.NONE, "Closed connections by reason.", "reason");
        counters.closed()
                .forEach((reason, count) ->
                        reading.add(closed, count, reason.name().toLowerCase(Locale.ROOT)));
        reading.add(Metric.counter("network_bytes_in", Unit.BYTES, "Bytes read from clients."), counters.bytesIn());
        reading.add(
                Metric.counter("network_bytes_out", Unit.BYTES, "Bytes of replies, sent or waiting for the client."),
                counters.bytesOut());
        reading.add(Metric.counter("frames", Unit.NONE, "Request frames."), counters.requests());
        reading.add(
                Metric.gauge("held_request_bytes", Unit.BYTES, "Held by incomplete and waiting requests."),
                counters.heldRequestBytes());
        reading.add(
                Metric.gauge("unsent_reply_bytes", Unit.BYTES, "Replies that clients have not read yet."),
                counters.unsentReplyBytes());
    }

    private void readDirectories(Reading reading) {
        Metric files = Metric.gauge("open_files", Unit.NONE, "Files of logs that are open.", "directory");
        Metric commits = Metric.counter(
                "journal_commits", Unit.NONE, "Group commits of the journal of durable topics.", "directory");
        for (LogDirectory directory : directories) {
            reading.add(files, directory.openFileCount(), directory.path().toString());
            reading.add(commits, directory.journalCommits(), directory.path().toString());
        }
    }

    private static void readCleaner(LogCleaner.Status status, Reading reading) {
        reading.add(Metric.counter("compactions", Unit.NONE, "Compactions of logs."), status.compactions());
        reading.add(
                Metric.gauge("uncleanable_partitions", Unit.NONE, "Partitions that cannot be compacted."),
                status.uncleanable().size());
        reading.add(
                Metric.gauge("uncleanable_bytes", Unit.BYTES, "Bytes of partitions that cannot be compacted."),
                status.uncleanableBytes());
        reading.add(
                Metric.gauge("dirty_ratio_max", Unit.NONE, "Dirty share of the dirtiest log when last looked."),
                status.dirtyRatioMax());
        reading.add(
                Metric.gauge("cleaner_threads", Unit.NONE, "Compaction threads that are alive."),
                status.threadsAlive());
    }
}
