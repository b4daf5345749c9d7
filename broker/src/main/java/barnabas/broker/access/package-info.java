/// Checks of requests by ACLs: for each API a guard that says which rights a request needs, lets the permitted part of
/// it through and refuses the rest with Kafka's errors. Loaded when `authorizer.class.name` is set.
@NullMarked
package barnabas.broker.access;

import org.jspecify.annotations.NullMarked;
