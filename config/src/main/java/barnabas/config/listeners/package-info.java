/// Listeners as `listeners`, `advertised.listeners` and their companions define them. Start reading at
/// [barnabas.config.listeners.ListenersConfig].
@NullMarked
package barnabas.config.listeners;

import org.jspecify.annotations.NullMarked;
