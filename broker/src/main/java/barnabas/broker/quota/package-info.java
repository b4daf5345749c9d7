/// Client quotas: rates of bytes and of thread time, and the throttling that keeps them. Start reading at
/// [barnabas.broker.quota.ClientQuotas].
@NullMarked
package barnabas.broker.quota;

import org.jspecify.annotations.NullMarked;
