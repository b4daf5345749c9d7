/// Metrics that a node pushes: what a module for it is given. Start reading at [barnabas.broker.push.PushModule].
@NullMarked
package barnabas.broker.push;

import org.jspecify.annotations.NullMarked;
