/// The classic group protocol (JoinGroup, SyncGroup, Heartbeat, LeaveGroup): members meet in a join phase, one
/// of them assigns, the coordinator passes the assignment on.
@NullMarked
package barnabas.coordination.groups.classic;

import org.jspecify.annotations.NullMarked;
