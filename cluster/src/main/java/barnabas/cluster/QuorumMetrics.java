package barnabas.cluster;

import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.quorum.QuorumFigures;
import barnabas.quorum.QuorumMetadataLog;

/// Traffic of the metadata quorum, and the time of its commits.
record QuorumMetrics(QuorumMetadataLog log) implements MetricSource {
    @Override
    public void read(Reading reading) {
        QuorumFigures figures = log.figures();
        reading.add("kafka_server_raftchannelmetrics_request_total", figures.requests());
        reading.add("kafka_server_raftchannelmetrics_response_total", figures.answers());
        reading.add("kafka_server_raftchannelmetrics_outgoing_byte_total", figures.bytesOut());
        reading.add("kafka_server_raftchannelmetrics_incoming_byte_total", figures.bytesIn());
        reading.add("kafka_server_raftmetrics_commit_latency_avg", figures.commitMillisAvg());
    }
}
