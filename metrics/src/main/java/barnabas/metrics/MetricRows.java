package barnabas.metrics;

/// Every metric of a node, in the order of docs/metrics.md, which is made from these lines. They are a class and not a
/// file beside it: classes of a running node can still be loaded when its jars have been replaced.
///
/// ```
/// name | kind | unit | labels | MBean of Kafka: domain:type=..,name=.. or domain:type=..;attribute | sentence
/// ```
/// `-` stands for none.
final class MetricRows {
    static final String SEPARATOR = " | ";
    static final String NONE = "-";

    static final String ROWS = """
        ## Topics: one sample for each topic with traffic, and one without the label for all topics.
        kafka_server_brokertopicmetrics_messagesin_total | counter | - | topic | kafka.server:type=BrokerTopicMetrics,name=MessagesInPerSec | Records appended by producers.
        kafka_server_brokertopicmetrics_bytesin_total | counter | bytes | topic | kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec | Bytes of record batches appended by producers.
        kafka_server_brokertopicmetrics_bytesout_total | counter | bytes | topic | kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec | Bytes of record batches sent to consumers.
        kafka_server_brokertopicmetrics_bytesrejected_total | counter | bytes | topic | kafka.server:type=BrokerTopicMetrics,name=BytesRejectedPerSec | Bytes of record batches that were refused.
        kafka_server_brokertopicmetrics_totalproducerequests_total | counter | - | topic | kafka.server:type=BrokerTopicMetrics,name=TotalProduceRequestsPerSec | Appends by producers, one for each partition of a request.
        kafka_server_brokertopicmetrics_failedproducerequests_total | counter | - | topic | kafka.server:type=BrokerTopicMetrics,name=FailedProduceRequestsPerSec | Appends by producers that were refused or failed.
        kafka_server_brokertopicmetrics_totalfetchrequests_total | counter | - | topic | kafka.server:type=BrokerTopicMetrics,name=TotalFetchRequestsPerSec | Reads that returned records, and those that failed, one for each partition of an answer.
        kafka_server_brokertopicmetrics_failedfetchrequests_total | counter | - | topic | kafka.server:type=BrokerTopicMetrics,name=FailedFetchRequestsPerSec | Reads that failed at the disk.
        kafka_server_brokertopicmetrics_replicationbytesin_total | counter | bytes | - | kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesInPerSec | Bytes of record batches that this node has appended as a follower.
        kafka_server_brokertopicmetrics_replicationbytesout_total | counter | bytes | - | kafka.server:type=BrokerTopicMetrics,name=ReplicationBytesOutPerSec | Bytes of record batches sent to followers.

        ## Requests, by API. Times are in milliseconds, their quantiles of the last one to two minutes.
        kafka_network_requestmetrics_requests_total | counter | - | request,version | kafka.network:type=RequestMetrics,name=RequestsPerSec | Requests by API and version.
        kafka_network_requestmetrics_errors_total | counter | - | request,error | kafka.network:type=RequestMetrics,name=ErrorsPerSec | Error codes in answers, NONE included.
        kafka_network_requestmetrics_totaltimems | summary | milliseconds | request | kafka.network:type=RequestMetrics,name=TotalTimeMs | Time from the arrival of a request to its answer.
        kafka_network_requestmetrics_requestqueuetimems | summary | milliseconds | request | kafka.network:type=RequestMetrics,name=RequestQueueTimeMs | Time until a thread began with the request; requests are begun on the event loop that read them, large ones on a thread of their own.
        kafka_network_requestmetrics_localtimems | summary | milliseconds | request | kafka.network:type=RequestMetrics,name=LocalTimeMs | Time of the thread that began with the request, until it answered or let the request wait.
        kafka_network_requestmetrics_remotetimems | summary | milliseconds | request | kafka.network:type=RequestMetrics,name=RemoteTimeMs | Time that answered requests have waited: for records, other replicas, members of a group, the controller or the disk. Only of requests that waited.
        kafka_network_requestmetrics_throttletimems | summary | milliseconds | request | kafka.network:type=RequestMetrics,name=ThrottleTimeMs | Time for which clients had to wait after their answer because of quotas. Only of requests that had to.
        kafka_network_requestmetrics_requestbytes | summary | bytes | request | kafka.network:type=RequestMetrics,name=RequestBytes | Bytes of requests, with their headers.
        kafka_server_delayedoperationpurgatory_purgatorysize | gauge | - | delayedOperation | kafka.server:type=DelayedOperationPurgatory,name=PurgatorySize | Fetches that wait for records, produce requests that wait for replicas or the disk.
        kafka_server_delayedoperationpurgatory_numdelayedoperations | gauge | - | delayedOperation | kafka.server:type=DelayedOperationPurgatory,name=NumDelayedOperations | The same number: what is answered waits no longer.
        kafka_server_delayedfetchmetrics_expires_total | counter | - | fetcherType | kafka.server:type=DelayedFetchMetrics,name=ExpiresPerSec | Fetches answered because fetch.max.wait.ms was over.
        kafka_server_delayedproducemetrics_expires_total | counter | - | - | kafka.server:type=DelayedProduceMetrics,name=ExpiresPerSec | Partitions of produce requests that were not replicated in time.
        kafka_server_fetchsessioncache_numincrementalfetchsessions | gauge | - | - | kafka.server:type=FetchSessionCache,name=NumIncrementalFetchSessions | Fetch sessions.
        kafka_server_fetchsessioncache_numincrementalfetchpartitionscached | gauge | - | - | kafka.server:type=FetchSessionCache,name=NumIncrementalFetchPartitionsCached | Partitions of fetch sessions.
        kafka_server_fetchsessioncache_incrementalfetchsessionevictions_total | counter | - | - | kafka.server:type=FetchSessionCache,name=IncrementalFetchSessionEvictionsPerSec | Fetch sessions that were idle and made room for others.
        barnabas_network_response_bytes | summary | bytes | request | - | Bytes of answers, with the records in them.

        ## Connections, by listener. Logins: of listeners with SASL or TLS.
        kafka_server_socket_server_metrics_connection_count | gauge | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;connection-count | Open connections, by listener and event loop.
        kafka_server_socket_server_metrics_connections_software | gauge | - | clientSoftwareName,clientSoftwareVersion,listener,networkProcessor | kafka.server:type=socket-server-metrics;connections | Open connections by the name and version that the client software gives (KIP-511).
        kafka_server_socket_server_metrics_successful_authentication_total | counter | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;successful-authentication-total | Logins that succeeded: by SASL, or by the handshake on a listener with TLS alone.
        kafka_server_socket_server_metrics_successful_authentication_rate | gauge | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;successful-authentication-rate | The same, per second since the reading before.
        kafka_server_socket_server_metrics_successful_authentication_no_reauth_total | counter | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;successful-authentication-no-reauth-total | Of these, logins of clients that cannot log in again on their connection (KIP-368).
        kafka_server_socket_server_metrics_failed_authentication_total | counter | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;failed-authentication-total | Logins and TLS handshakes that failed; those that the client broke off are not among them.
        kafka_server_socket_server_metrics_failed_authentication_rate | gauge | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;failed-authentication-rate | The same, per second since the reading before.
        kafka_server_socket_server_metrics_successful_reauthentication_total | counter | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;successful-reauthentication-total | Logins that succeeded on a connection that had logged in before.
        kafka_server_socket_server_metrics_successful_reauthentication_rate | gauge | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;successful-reauthentication-rate | The same, per second since the reading before.
        kafka_server_socket_server_metrics_failed_reauthentication_total | counter | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;failed-reauthentication-total | Logins that failed on a connection that had logged in before.
        kafka_server_socket_server_metrics_failed_reauthentication_rate | gauge | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;failed-reauthentication-rate | The same, per second since the reading before.
        kafka_server_socket_server_metrics_expired_connections_killed_count | gauge | - | listener,networkProcessor | kafka.server:type=socket-server-metrics;expired-connections-killed-count | Connections closed for a request after the end of their session (connections.max.reauth.ms).
        kafka_network_socketserver_expiredconnectionskilledcount | gauge | - | - | kafka.network:type=SocketServer,name=ExpiredConnectionsKilledCount | The same of all listeners.
        barnabas_network_connections_accepted_total | counter | - | - | - | Accepted connections, refused ones included.
        barnabas_network_connections_closed_total | counter | - | reason | - | Closed connections by reason.
        barnabas_network_bytes_in_total | counter | bytes | - | - | Bytes read from clients.
        barnabas_network_bytes_out_total | counter | bytes | - | - | Bytes of replies, sent or waiting for the client.
        barnabas_network_frames_total | counter | - | - | - | Request frames.
        barnabas_network_held_request_bytes | gauge | bytes | - | - | Bytes held by incomplete and waiting requests.
        kafka_network_socketserver_memorypoolused | gauge | bytes | - | kafka.network:type=SocketServer,name=MemoryPoolUsed | Bytes held by incomplete and waiting requests.
        barnabas_network_unsent_reply_bytes | gauge | bytes | - | - | Bytes of replies that clients have not read yet.
        barnabas_network_certificate_expires_at | gauge | - | listener | - | Milliseconds since the epoch at which the listener's own certificate expires.
        kafka_network_socketserver_networkprocessoravgidle_percent | gauge | ratio | - | kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent | Share of time since the reading before in which the event loops that serve clients did not use a processor: 0 busy, 1 idle.
        kafka_network_processor_idle_percent | gauge | ratio | networkProcessor | kafka.network:type=Processor,name=IdlePercent | The same share of one event loop.
        kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent | gauge | ratio | - | kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent | The same share of all event loops: requests are handled on them.
        kafka_server_kafkarequesthandlerpool_brokerrequesthandleravgidle_percent | gauge | ratio | - | kafka.server:type=KafkaRequestHandlerPool,name=BrokerRequestHandlerAvgIdlePercent | The same share, under the name that it has for brokers.

        ## Client quotas: one sample for each user, client id or both that a quota counts for, up to `barnabas.metrics.clients.max`.
        kafka_server_quota_byte_rate | gauge | bytes | resource,user,clientId | kafka.server:type={resource},user={user},client-id={clientId};byte-rate | Bytes a second of Produce requests or Fetch answers, over the windows of quotas.
        kafka_server_quota_request_time | gauge | - | resource,user,clientId | kafka.server:type={resource},user={user},client-id={clientId};request-time | Percent of one thread's time, over the windows of quotas.
        barnabas_quota_throttled_ratio | gauge | ratio | resource,user,clientId | - | Time that clients were made to wait, as a share of the windows of quotas.

        ## Partitions of this node.
        kafka_log_log_size | gauge | bytes | topic,partition | kafka.log:type=Log,name=Size | Bytes of the segments of the log.
        kafka_log_log_logstartoffset | gauge | - | topic,partition | kafka.log:type=Log,name=LogStartOffset | Offset of the first record that consumers can read.
        kafka_log_log_logendoffset | gauge | - | topic,partition | kafka.log:type=Log,name=LogEndOffset | Offset of the next record.
        kafka_log_log_numlogsegments | gauge | - | topic,partition | kafka.log:type=Log,name=NumLogSegments | Segments of the log.
        kafka_cluster_partition_replicascount | gauge | - | topic,partition | kafka.cluster:type=Partition,name=ReplicasCount | Replicas of a partition that this node leads, 0 of one that it follows.
        kafka_cluster_partition_insyncreplicascount | gauge | - | topic,partition | kafka.cluster:type=Partition,name=InSyncReplicasCount | In-sync replicas of a partition that this node leads, 0 of one that it follows.
        kafka_cluster_partition_underreplicated | gauge | - | topic,partition | kafka.cluster:type=Partition,name=UnderReplicated | 1 if this node leads the partition and a replica is not in sync.
        kafka_cluster_partition_underminisr | gauge | - | topic,partition | kafka.cluster:type=Partition,name=UnderMinIsr | 1 if this node leads the partition and fewer replicas are in sync than min.insync.replicas.
        kafka_cluster_partition_atminisr | gauge | - | topic,partition | kafka.cluster:type=Partition,name=AtMinIsr | 1 if this node leads the partition and exactly min.insync.replicas are in sync.
        kafka_cluster_partition_laststableoffsetlag | gauge | - | topic,partition | kafka.cluster:type=Partition,name=LastStableOffsetLag | Records between the last stable offset and the high watermark: not readable under read_committed because of open transactions.
        kafka_server_replicamanager_partitioncount | gauge | - | - | kafka.server:type=ReplicaManager,name=PartitionCount | Partitions with a replica on this node.
        kafka_server_replicamanager_leadercount | gauge | - | - | kafka.server:type=ReplicaManager,name=LeaderCount | Partitions that this node leads.
        kafka_server_replicamanager_offlinereplicacount | gauge | - | - | kafka.server:type=ReplicaManager,name=OfflineReplicaCount | Replicas of this node that cannot be served: their disk has failed or their log is damaged.
        kafka_server_replicamanager_underreplicatedpartitions | gauge | - | - | kafka.server:type=ReplicaManager,name=UnderReplicatedPartitions | Partitions that this node leads with a replica that is not in sync.
        kafka_server_replicamanager_underminisrpartitioncount | gauge | - | - | kafka.server:type=ReplicaManager,name=UnderMinIsrPartitionCount | Partitions that this node leads with fewer in-sync replicas than min.insync.replicas.
        kafka_server_replicamanager_atminisrpartitioncount | gauge | - | - | kafka.server:type=ReplicaManager,name=AtMinIsrPartitionCount | Partitions that this node leads with exactly min.insync.replicas in sync.
        kafka_server_replicamanager_reassigningpartitions | gauge | - | - | kafka.server:type=ReplicaManager,name=ReassigningPartitions | Partitions that this node leads and that a reassignment is changing.
        kafka_server_replicamanager_produceridcount | gauge | - | - | kafka.server:type=ReplicaManager,name=ProducerIdCount | Idempotent producers that the partitions of this node remember, each partition its own; with those that begin a transaction.
        kafka_server_replicamanager_partitionswithlatetransactionscount | gauge | - | - | kafka.server:type=ReplicaManager,name=PartitionsWithLateTransactionsCount | Partitions that this node leads whose oldest open transaction hangs: nothing was written in it for transaction.max.timeout.ms and five minutes.
        kafka_server_replicafetchermanager_maxlag | gauge | - | clientId | kafka.server:type=ReplicaFetcherManager,name=MaxLag | Committed records that the replica furthest behind lacks on this node, of those that it follows.
        kafka_server_replicafetchermanager_minfetchrate | gauge | - | clientId | kafka.server:type=ReplicaFetcherManager,name=MinFetchRate | Fetches a second of the thread that fetches least, since the reading before; 0 without any.
        kafka_server_replicafetchermanager_deadthreadcount | gauge | - | clientId | kafka.server:type=ReplicaFetcherManager,name=DeadThreadCount | Threads that fetched for replicas and have ended.
        kafka_server_replicafetchermanager_failedpartitionscount | gauge | - | clientId | kafka.server:type=ReplicaFetcherManager,name=FailedPartitionsCount | Replicas of this node that are not fetched any more: their disk has failed or their log is damaged.
        kafka_server_replicamanager_isrexpands_total | counter | - | - | kafka.server:type=ReplicaManager,name=IsrExpandsPerSec | Replicas that came in sync, of partitions that this node leads.
        kafka_server_replicamanager_isrshrinks_total | counter | - | - | kafka.server:type=ReplicaManager,name=IsrShrinksPerSec | Changes of partitions that this node leads by which replicas were in sync no more.
        kafka_server_replicamanager_failedisrupdates_total | counter | - | - | kafka.server:type=ReplicaManager,name=FailedIsrUpdatesPerSec | Changes of in-sync replicas that the controller has not made.

        ## Log directories and compaction.
        kafka_log_logmanager_offlinelogdirectorycount | gauge | - | - | kafka.log:type=LogManager,name=OfflineLogDirectoryCount | Log directories whose disk has failed.
        kafka_log_logmanager_logdirectoryoffline | gauge | - | logDirectory | kafka.log:type=LogManager,name=LogDirectoryOffline | 1 if the disk of the directory has failed.
        kafka_log_logmanager_cordonedlogdirectorycount | gauge | - | - | kafka.log:type=LogManager,name=CordonedLogDirectoryCount | Log directories that take no new partitions.
        kafka_log_logmanager_logdirectorycordoned | gauge | - | logDirectory | kafka.log:type=LogManager,name=LogDirectoryCordoned | 1 if the directory takes no new partitions.
        kafka_log_logflushstats_logflushrateandtimems | summary | milliseconds | - | kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs | Time of forces of segments to the disk. Not of the journal.
        barnabas_log_directory_usable_bytes | gauge | bytes | log_directory | - | Bytes that can still be written to the disk of the directory.
        barnabas_log_directory_total_bytes | gauge | bytes | log_directory | - | Size of the disk of the directory.
        barnabas_log_directory_open_files | gauge | - | log_directory | - | Files of logs that are open.
        barnabas_log_journal_commits_total | counter | - | log_directory | - | Group commits of the journal of durable topics.
        kafka_log_logcleaner_deadthreadcount | gauge | - | - | kafka.log:type=LogCleaner,name=DeadThreadCount | Compaction threads that have ended.
        kafka_log_logcleaner_max_clean_time_secs | gauge | - | - | kafka.log:type=LogCleaner,name=max-clean-time-secs | Seconds of the longest of the last compactions, one of each thread.
        kafka_log_logcleaner_cleaner_recopy_percent | gauge | - | - | kafka.log:type=LogCleaner,name=cleaner-recopy-percent | Percent of the bytes that the last compactions found which they have left.
        kafka_log_logcleaner_max_buffer_utilization_percent | gauge | - | - | kafka.log:type=LogCleaner,name=max-buffer-utilization-percent | Percent of the room for keys (log.cleaner.dedupe.buffer.size) that the fullest of the last compactions took.
        kafka_log_logcleanermanager_time_since_last_run_ms | gauge | - | - | kafka.log:type=LogCleanerManager,name=time-since-last-run-ms | Milliseconds since a compaction thread looked for a log to compact.
        kafka_log_logcleanermanager_max_dirty_percent | gauge | - | - | kafka.log:type=LogCleanerManager,name=max-dirty-percent | Percent of the dirtiest log that is not compacted, when last looked.
        kafka_log_logcleanermanager_uncleanable_partitions_count | gauge | - | - | kafka.log:type=LogCleanerManager,name=uncleanable-partitions-count | Partitions that cannot be compacted.
        kafka_log_logcleanermanager_uncleanable_bytes | gauge | bytes | - | kafka.log:type=LogCleanerManager,name=uncleanable-bytes | Bytes of partitions that cannot be compacted.
        barnabas_log_compactions_total | counter | - | - | - | Compactions of logs.

        ## Controller and metadata.
        kafka_controller_kafkacontroller_activecontrollercount | gauge | - | - | kafka.controller:type=KafkaController,name=ActiveControllerCount | 1 on the node whose controller is active.
        kafka_controller_kafkacontroller_newactivecontrollerscount | gauge | - | - | kafka.controller:type=KafkaController,name=NewActiveControllersCount | Elections of an active controller that this node has seen since its start.
        kafka_controller_kafkacontroller_activebrokercount | gauge | - | - | kafka.controller:type=KafkaController,name=ActiveBrokerCount | Brokers that clients are sent to.
        kafka_controller_kafkacontroller_fencedbrokercount | gauge | - | - | kafka.controller:type=KafkaController,name=FencedBrokerCount | Registered brokers that clients are not sent to.
        kafka_controller_kafkacontroller_controlledshutdownbrokercount | gauge | - | - | kafka.controller:type=KafkaController,name=ControlledShutdownBrokerCount | Brokers that hand their partitions over before they stop.
        kafka_controller_kafkacontroller_globaltopiccount | gauge | - | - | kafka.controller:type=KafkaController,name=GlobalTopicCount | Topics of the cluster.
        kafka_controller_kafkacontroller_globalpartitioncount | gauge | - | - | kafka.controller:type=KafkaController,name=GlobalPartitionCount | Partitions of the cluster.
        kafka_controller_kafkacontroller_offlinepartitionscount | gauge | - | - | kafka.controller:type=KafkaController,name=OfflinePartitionsCount | Partitions of the cluster without leader.
        kafka_controller_kafkacontroller_preferredreplicaimbalancecount | gauge | - | - | kafka.controller:type=KafkaController,name=PreferredReplicaImbalanceCount | Partitions of the cluster whose leader is not their first replica.
        kafka_controller_kafkacontroller_lastappliedrecordoffset | gauge | - | - | kafka.controller:type=KafkaController,name=LastAppliedRecordOffset | Offset of the metadata log that the image of this node is at.
        kafka_controller_kafkacontroller_lastcommittedrecordoffset | gauge | - | - | kafka.controller:type=KafkaController,name=LastCommittedRecordOffset | The same offset: a node applies what is committed.
        kafka_controller_kafkacontroller_lastappliedrecordtimestamp | gauge | - | - | kafka.controller:type=KafkaController,name=LastAppliedRecordTimestamp | Time at which that record was written, milliseconds since the epoch.
        kafka_controller_controllerstats_uncleanleaderelections_total | counter | - | - | kafka.controller:type=ControllerStats,name=UncleanLeaderElectionsPerSec | Elections of leaders that may lack acknowledged records, while this node was the active controller.
        kafka_controller_controllerstats_electionfromeligibleleaderreplicas_total | counter | - | - | kafka.controller:type=ControllerStats,name=ElectionFromEligibleLeaderReplicasPerSec | Elections of leaders that were not in sync and lack nothing (KIP-966), while this node was the active controller.
        kafka_server_metadataloader_handleloadsnapshotcount | gauge | - | - | kafka.server:type=MetadataLoader,name=HandleLoadSnapshotCount | Snapshots of the metadata that this node has loaded since its start.
        kafka_server_snapshotemitter_latestsnapshotgeneratedagems | gauge | - | - | kafka.server:type=SnapshotEmitter,name=LatestSnapshotGeneratedAgeMs | Milliseconds since this node last wrote a snapshot of the metadata, since its start when it has written none.
        kafka_server_metadataloader_currentcontrollerid | gauge | - | - | kafka.server:type=MetadataLoader,name=CurrentControllerId | Node whose controller is active; -1 without one.
        kafka_server_metadataloader_currentmetadataversion | gauge | - | - | kafka.server:type=MetadataLoader,name=CurrentMetadataVersion | Level of metadata.version.
        kafka_server_metadataloader_finalizedlevel | gauge | - | featureName | kafka.server:type=MetadataLoader,name=FinalizedLevel | Level of a feature of the cluster.
        kafka_server_kafkaserver_brokerstate | gauge | - | - | kafka.server:type=KafkaServer,name=BrokerState | State of the broker: 3 running, 1 before clients are sent to it.
        kafka_server_broker_metadata_metrics_last_applied_record_offset | gauge | - | - | kafka.server:type=broker-metadata-metrics;last-applied-record-offset | The same offset as LastAppliedRecordOffset.
        kafka_server_broker_metadata_metrics_last_applied_record_timestamp | gauge | - | - | kafka.server:type=broker-metadata-metrics;last-applied-record-timestamp | The same time as LastAppliedRecordTimestamp.
        kafka_server_raftmetrics_current_state | gauge | - | current_state | kafka.server:type=raft-metrics;current-state | 1 with the state of this node in the quorum as label.
        kafka_server_raftmetrics_current_leader | gauge | - | - | kafka.server:type=raft-metrics;current-leader | Node that leads the quorum; -1 without one.
        kafka_server_raftmetrics_current_epoch | gauge | - | - | kafka.server:type=raft-metrics;current-epoch | Epoch of the quorum.
        kafka_server_raftmetrics_current_vote | gauge | - | - | kafka.server:type=raft-metrics;current-vote | Node that this one voted for in the epoch: itself while it leads, otherwise -1.
        kafka_server_raftmetrics_append_records_rate | gauge | - | - | kafka.server:type=raft-metrics;append-records-rate | Records of metadata that this node as leader appended, per second since the reading before.
        kafka_server_raftmetrics_fetch_records_rate | gauge | - | - | kafka.server:type=raft-metrics;fetch-records-rate | Records of metadata that this node as follower took over, per second since the reading before.
        kafka_server_raftmetrics_commit_latency_avg | gauge | - | - | kafka.server:type=raft-metrics;commit-latency-avg | Milliseconds from an append by this node as leader of the quorum to its commit, average of the last minute; NaN without one. Of a node in a quorum.
        kafka_server_raftchannelmetrics_request_total | counter | - | - | kafka.server:type=raft-channel-metrics;request-total | Requests of this node to others of the quorum.
        kafka_server_raftchannelmetrics_response_total | counter | - | - | kafka.server:type=raft-channel-metrics;response-total | Answers to them.
        kafka_server_raftchannelmetrics_outgoing_byte_total | counter | bytes | - | kafka.server:type=raft-channel-metrics;outgoing-byte-total | Bytes of requests of this node to others of the quorum, without headers.
        kafka_server_raftchannelmetrics_incoming_byte_total | counter | bytes | - | kafka.server:type=raft-channel-metrics;incoming-byte-total | Bytes of answers to them, without headers.
        kafka_server_raftmetrics_high_watermark | gauge | - | - | kafka.server:type=raft-metrics;high-watermark | Offset of the metadata log up to which records are committed and applied by this node.
        kafka_server_raftmetrics_log_end_offset | gauge | - | - | kafka.server:type=raft-metrics;log-end-offset | End of the metadata log, as far as it is applied by this node.

        ## Groups whose coordinator is this node. Lag is known for partitions with an in-sync replica on this node.
        kafka_coordinator_group_groupmetadatamanager_numgroups | gauge | - | - | kafka.coordinator.group:type=GroupMetadataManager,name=NumGroups | Groups.
        kafka_coordinator_group_groupmetadatamanager_numoffsets | gauge | - | - | kafka.coordinator.group:type=GroupMetadataManager,name=NumOffsets | Committed offsets.
        kafka_coordinator_group_groupmetadatamanager_numgroupsstable | gauge | - | - | kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsStable | Classic groups in state Stable.
        kafka_coordinator_group_groupmetadatamanager_numgroupsempty | gauge | - | - | kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsEmpty | Classic groups in state Empty.
        kafka_coordinator_group_groupmetadatamanager_numgroupspreparingrebalance | gauge | - | - | kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsPreparingRebalance | Classic groups in state PreparingRebalance.
        kafka_coordinator_group_groupmetadatamanager_numgroupscompletingrebalance | gauge | - | - | kafka.coordinator.group:type=GroupMetadataManager,name=NumGroupsCompletingRebalance | Classic groups in state CompletingRebalance.
        kafka_server_group_coordinator_metrics_group_count | gauge | - | protocol | kafka.server:type=group-coordinator-metrics;group-count | Groups by protocol.
        kafka_server_group_coordinator_metrics_consumer_group_count | gauge | - | state | kafka.server:type=group-coordinator-metrics;consumer-group-count | Groups of the consumer protocol by state.
        kafka_consumergroup_current_offset | gauge | - | consumergroup,topic,partition | - | Committed offset.
        kafka_consumergroup_lag | gauge | - | consumergroup,topic,partition | - | Records between the committed offset and the high watermark.
        barnabas_consumergroup_lag_seconds | gauge | - | consumergroup,topic,partition | - | Age of the oldest record that the group has not committed; 0 without lag. By the timestamp of its batch.

        ## Topics of the cluster, as kafka_exporter names them. Offsets are known for partitions that this node leads.
        kafka_brokers | gauge | - | - | - | Brokers that clients are sent to.
        kafka_broker_info | gauge | - | id,address | - | 1 for each broker of the cluster, with its first advertised address.
        kafka_topic_partitions | gauge | - | topic | - | Partitions of the topic.
        kafka_topic_partition_current_offset | gauge | - | topic,partition | - | High watermark of a partition that this node leads.
        kafka_topic_partition_oldest_offset | gauge | - | topic,partition | - | First offset of a partition that this node leads.
        kafka_topic_partition_replicas | gauge | - | topic,partition | - | Replicas of a partition that this node leads.
        kafka_topic_partition_in_sync_replica | gauge | - | topic,partition | - | In-sync replicas of a partition that this node leads.
        kafka_topic_partition_leader | gauge | - | topic,partition | - | Node that leads the partition: this one.
        kafka_topic_partition_leader_is_preferred | gauge | - | topic,partition | - | 1 if the leader is the first replica.
        kafka_topic_partition_under_replicated_partition | gauge | - | topic,partition | - | 1 if a replica of a partition that this node leads is not in sync.

        ## This page.
        barnabas_metrics_left_out | gauge | - | series | - | Topics, partitions, committed offsets and numbers of clients without samples of their own, because of barnabas.metrics.topics.max, barnabas.metrics.partitions.max, barnabas.metrics.offsets.max and barnabas.metrics.clients.max.
        barnabas_metrics_read_seconds | gauge | - | - | - | Time that the reading before this one took.

        ## Process and JVM, as the Java client of Prometheus names them.
        barnabas_info | gauge | - | cluster_id,node_id | - | 1, with the identity of the node.
        kafka_server_kafkaserver_linux_disk_read_bytes | gauge | bytes | - | kafka.server:type=KafkaServer,name=linux-disk-read-bytes | Bytes that the process has read from disks.
        kafka_server_kafkaserver_linux_disk_write_bytes | gauge | bytes | - | kafka.server:type=KafkaServer,name=linux-disk-write-bytes | Bytes that the process has written to disks.
        kafka_server_kafkaserver_linux_disk_cancelled_write_bytes | gauge | bytes | - | kafka.server:type=KafkaServer,name=linux-disk-cancelled-write-bytes | Bytes that the process has not written to disks because files were cut or deleted before.
        kafka_server_kafkaserver_linux_disk_rchar | gauge | bytes | - | kafka.server:type=KafkaServer,name=linux-disk-rchar | Bytes that the process has read, from disks, caches and sockets.
        kafka_server_kafkaserver_linux_disk_wchar | gauge | bytes | - | kafka.server:type=KafkaServer,name=linux-disk-wchar | Bytes that the process has written, to files and sockets.
        kafka_server_kafkaserver_linux_disk_syscr | gauge | - | - | kafka.server:type=KafkaServer,name=linux-disk-syscr | Read calls of the process to the system.
        kafka_server_kafkaserver_linux_disk_syscw | gauge | - | - | kafka.server:type=KafkaServer,name=linux-disk-syscw | Write calls of the process to the system.
        process_cpu_seconds_total | counter | - | - | - | Processor time of the process.
        process_start_time_seconds | gauge | - | - | - | Start of the process, seconds since the epoch.
        process_open_fds | gauge | - | - | - | Open file descriptors of the process.
        process_max_fds | gauge | - | - | - | File descriptors that the process may have open.
        process_resident_memory_bytes | gauge | bytes | - | - | Memory of the process that is in RAM.
        process_virtual_memory_bytes | gauge | bytes | - | - | Address space of the process.
        jvm_memory_used_bytes | gauge | bytes | area | - | Used memory of the JVM, by area.
        jvm_memory_committed_bytes | gauge | bytes | area | - | Committed memory of the JVM, by area.
        jvm_memory_max_bytes | gauge | bytes | area | - | Most memory that the JVM may use, by area; -1 without limit.
        jvm_gc_collection_seconds | summary | seconds | gc | - | Garbage collections.
        jvm_threads_current | gauge | - | - | - | Platform threads.
        jvm_threads_daemon | gauge | - | - | - | Daemon threads.
        jvm_threads_peak | gauge | - | - | - | Most platform threads at a time.
        jvm_classes_currently_loaded | gauge | - | - | - | Loaded classes.
        jvm_info | gauge | - | runtime,vendor,version | - | 1, with the name of the JVM.
        """;

    private MetricRows() {}
}
