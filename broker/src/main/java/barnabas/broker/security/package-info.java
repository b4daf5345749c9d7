/// Who a client is and what it may do. So far every client is anonymous and may do everything; the questions are
/// asked all the same, see [barnabas.broker.security.Authorizer].
@NullMarked
package barnabas.broker.security;

import org.jspecify.annotations.NullMarked;
